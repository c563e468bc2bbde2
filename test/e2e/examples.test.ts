import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { startSimulator } from '@costspan/demo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { files, ROOT, read } from '../repository.ts';
import { type Running, scratchDirectory, startCostspan } from './costspan-process.ts';
import { allCalls } from './usage-api.ts';

// Every `ts` and `sh` block of a README is run as it stands: against a collector and a provider simulator of this test, and
// otherwise as a reader would. A block that is not to be run carries another language.

interface Example {
  readonly name: string;
  readonly language: string;
  readonly code: string;
}

const examples: readonly Example[] = files('README.md', 'packages/*/README.md', 'docs/**/*.md').flatMap((file) =>
  [...read(file).matchAll(/^```(ts|sh)\n([\s\S]*?)^```$/gm)].map((match, index) => ({
    name: `${file} #${index + 1}`,
    language: match[1] as string,
    code: match[2] as string,
  })),
);

let home: string;
let collector: Running;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let data: Awaited<ReturnType<typeof scratchDirectory>>;

beforeAll(async () => {
  await mkdir(join(ROOT, '.dev/state'), { recursive: true });
  home = await mkdtemp(join(ROOT, '.dev/state/example-'));
  data = await scratchDirectory();
  // With the first rules, plans and tags of the guides, so that their questions are answered.
  const guides = read('docs/quota.md') + read('docs/privacy.md');
  const guide = new Map(
    [...guides.matchAll(/^```yaml\n# ((?:quota|plans|tags)\.yaml)\n([\s\S]*?)^```$/gm)].map(([, name, text]) => [
      name,
      text,
    ]),
  );
  for (const [name, text] of guide) await writeFile(join(home, name as string), text as string);
  await writeFile(
    join(home, 'costspan.yaml'),
    `quota: { rules: ${join(home, 'quota.yaml')}, plans: ${join(home, 'plans.yaml')} }\nprivacy: { tags: ${join(home, 'tags.yaml')} }`,
  );
  collector = await startCostspan(['up', '--data', data.path, '--config', join(home, 'costspan.yaml')]);
  simulator = await startSimulator({ latencyScale: 0 });
});
afterAll(async () => {
  await simulator.close();
  await collector.stop('SIGTERM');
  await Promise.all([data.remove(), rm(home, { recursive: true, force: true })]);
});

describe('an example in a document runs', () => {
  test.each(examples)('$name', async ({ name, language, code }) => {
    const file = join(home, `${name.replace(/\W+/g, '-')}.${language}`);
    await writeFile(file, code.replaceAll('http://127.0.0.1:4318', collector.url));
    const [program, args] = language === 'ts' ? [process.execPath, [file]] : ['bash', ['-euo', 'pipefail', file]];
    const child = spawn(program, args, {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: [dirname(process.execPath), join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
        NODE_OPTIONS: '--conditions=@costspan/source --disable-warning=ExperimentalWarning',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        COSTSPAN_URL: collector.url,
        OPENAI_API_KEY: 'example',
        OPENAI_BASE_URL: simulator.openaiBaseUrl,
        ANTHROPIC_API_KEY: 'example',
        ANTHROPIC_BASE_URL: simulator.anthropicBaseUrl,
      },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [exitCode] = (await once(child, 'close')) as [number | null];
    expect(exitCode, output).toBe(0);
    expect(output).not.toMatch(/Error|warning/i);
  });

  test('and the one for an app of your own leaves a priced call of its customer', async () => {
    const calls = await allCalls(collector.url, { customer_id: 'acme', feature_name: 'summary' });
    expect(calls.map((call) => call.cost_status)).toEqual(['priced']);
  });
});
