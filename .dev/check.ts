// Lint, types, dead code: everything a reviewer should not have to look at. Runs all, fails if one fails.
import { isPluginInstalled } from './plugin.ts';
import { runTool } from './tool.ts';

const checks: readonly [name: string, script: string, args: readonly string[]][] = [
  ['lint', '@biomejs/biome/bin/biome', ['ci', '.']],
  ['types (packages)', 'typescript/bin/tsc', ['-b', '--pretty']],
  ['types (tests)', 'typescript/bin/tsc', ['-p', 'test', '--pretty']],
  // Its types need Grafana's libraries, which are there once the app was built.
  ...(isPluginInstalled()
    ? [['types (Grafana app)', 'typescript/bin/tsc', ['-p', 'grafana-plugin', '--pretty']] as const]
    : []),
  ['dead code', 'knip/bin/knip.js', ['--config', '.config/knip.json']],
];

const failed = checks.filter(([name, script, args]) => {
  process.stdout.write(`\n── ${name}\n`);
  return runTool(script, args) !== 0;
});
process.stdout.write(
  failed.length === 0 ? '\nall checks passed\n' : `\nfailed: ${failed.map(([name]) => name).join(', ')}\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
