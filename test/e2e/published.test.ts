import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSimulator } from '@costspan/demo';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { files, ROOT } from '../repository.ts';

// The packages as npm would ship them: built, packed, unpacked below a node_modules of their own, and used without sources.

const packages = files('packages/*/package.json').map((file) => file.split('/')[1] as string);
let home: string;

beforeAll(async () => {
  expect(run([join(ROOT, '.dev/build.ts'), '--clean']).output).toContain('built');
  await mkdir(join(ROOT, '.dev/state'), { recursive: true });
  home = await mkdtemp(join(ROOT, '.dev/state/published-'));
  for (const name of packages) await unpack(name);
}, 180_000);
afterAll(() => rm(home, { recursive: true, force: true }));

describe.each(packages)('@costspan/%s', (name) => {
  test('has the shape npm expects', async () => {
    const { messages } = await publint({
      pkgDir: join(home, 'node_modules/@costspan', name),
      pack: false,
      level: 'warning',
    });
    // The door to the sources is for this checkout only: nothing behind it is shipped, and nobody else sets its condition.
    const ours = messages.filter((message) => !message.path.includes('@costspan/source'));
    expect(ours).toEqual([]);
  });

  test('ships its README, its licence and no tests or sources', async () => {
    const shipped = files(`.dev/state/${home.split('/').at(-1)}/node_modules/@costspan/${name}/**/*`).map(
      (file) => file.split(`@costspan/${name}/`)[1],
    );
    expect(shipped).toEqual(
      expect.arrayContaining(['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
    );
    expect(shipped.filter((file) => /\.(test|bench|contract)\.|(^|\/)src\//.test(file ?? ''))).toEqual([]);
  });
});

test('the published command prices', () => {
  const line = '{"id":1,"provider":"openai","model":"gpt-4o-mini","usage":{"input_tokens":1000,"output_tokens":200}}';
  const { code, output } = run([join(home, 'node_modules/@costspan/cli/bin/costspan.mjs'), 'price'], { input: line });
  expect(output).toContain('"total":"0.00027"');
  expect(code).toBe(0);
});

test.each([
  ['ESM', 'app.mjs', "import OpenAI from 'openai';"],
  ['CommonJS', 'app.cjs', "const OpenAI = require('openai');"],
])('--import register makes spans of an unchanged %s app', async (_kind, file, head) => {
  const simulator = await startSimulator({ latencyScale: 0 });
  try {
    const body =
      "new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }).then((answer) => console.log(answer.usage.total_tokens > 0));";
    await writeFile(join(home, file), `${head}\n${body}\n`);
    const { code, output } = await runAside(['--import', '@costspan/instrumentation/register', join(home, file)], {
      OPENAI_API_KEY: 'x',
      OPENAI_BASE_URL: simulator.openaiBaseUrl,
      OTEL_TRACES_EXPORTER: 'console',
    });
    expect(output).toContain('true');
    expect(output).toContain('gen_ai.usage.input_tokens');
    expect(output).toContain('costspan.billable');
    expect(code).toBe(0);
  } finally {
    await simulator.close();
  }
});

async function unpack(name: string): Promise<void> {
  const source = join(ROOT, 'packages', name);
  const target = join(home, 'node_modules/@costspan', name);
  const list = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: source,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const packed = Object.values(
    JSON.parse(list.stdout) as Record<string, { readonly files: readonly { readonly path: string }[] }>,
  )[0];
  for (const { path } of packed?.files ?? []) await cp(join(source, path), join(target, path));
  JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
}

function run(
  args: readonly string[],
  options: { readonly input?: string } = {},
): { readonly code: number | null; readonly output: string } {
  const result = spawnSync(process.execPath, args, { cwd: home ?? ROOT, encoding: 'utf8', ...options });
  return { code: result.status, output: result.stdout + result.stderr };
}

/** Without blocking this process, which plays the provider. */
async function runAside(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, args, {
    cwd: home,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}
