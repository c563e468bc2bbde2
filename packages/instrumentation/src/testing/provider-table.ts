import { FRAMEWORKS } from '../frameworks/index.ts';
import { PROVIDERS } from '../providers/index.ts';
import type { Operation, PatchedMethod, Provider } from '../providers/provider.ts';

/**
 * What is observed, as the tables of docs/instrument.md. Printed by
 * `node --conditions=@costspan/source packages/instrumentation/src/testing/provider-table.ts`.
 */
export function providerTables(): string {
  const sections = [...PROVIDERS].map((provider) => section(provider)).join('\n\n');
  const frameworks = FRAMEWORKS.map(
    ({ library, testedMajors, methods }) =>
      `| \`${library}\` | ${testedMajors.join(', ')} | ${methods.map(({ method }) => `\`${method}\``).join(', ')} |`,
  );
  return `${sections}\n\n### Frameworks\n\n| package | majors tested | methods of a model |\n| --- | --- | --- |\n${frameworks.join('\n')}`;
}

function section({ library, testedMajors, flavour, methods }: Provider): string {
  const rows = methods.map((patched) => {
    return `| \`${pathOf(patched)}\` | \`${patched.operation.name}\` | ${usageOf(patched.operation)} |`;
  });
  return `### ${library}\n\nMajors tested: ${testedMajors.join(', ')}. \`gen_ai.provider.name\`: \`${flavour}\`, unless the client or its host says better.\n\n| method | operation | usage is read as |\n| --- | --- | --- |\n${[...new Set(rows)].join('\n')}`;
}

function usageOf({ usage, extract }: Operation): string {
  if (usage.name === 'none') return extract === undefined ? 'none' : 'counted from the request';
  return extract === undefined ? `\`${usage.name}\` (\`${usage.convention}\`)` : 'by the shape of the answer';
}

function pathOf({ clientPath, method }: PatchedMethod): string {
  return [...clientPath, method].join('.');
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${providerTables()}\n`);
