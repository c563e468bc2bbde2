import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSimulator } from '@costspan/demo';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { files, ROOT } from '../repository.ts';

// The packages as npm would ship them: built, packed, unpacked below a node_modules of their own, and used without sources.

const packages = files('packages/*/package.json').map((file) => file.split('/')[1] as string);
mkdirSync(join(ROOT, '.dev/state'), { recursive: true });
const home = mkdtempSync(join(ROOT, '.dev/state/published-'));
const homeOf = (name: string): string => join(home, 'node_modules/@costspan', name);

beforeAll(async () => {
  expect(run([join(ROOT, '.dev/build.ts'), '--clean'])).toMatchObject({ code: 0 });
  for (const name of packages) await unpack(name);
}, 600_000);
afterAll(() => rm(home, { recursive: true, force: true }));

describe.each(packages)('@costspan/%s', (name) => {
  test('has the shape npm expects', async () => {
    const { messages } = await publint({ pkgDir: homeOf(name), pack: false, level: 'warning' });
    // The door to the sources is for this checkout only: nothing behind it is shipped, and nobody else sets its condition.
    expect(messages.filter((message) => !message.path.includes('@costspan/source'))).toEqual([]);
  });

  test('ships its README, its licence and no tests or sources', () => {
    const shipped = readdirSync(homeOf(name), { recursive: true, encoding: 'utf8' });
    expect(shipped).toEqual(
      expect.arrayContaining(['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
    );
    expect(
      shipped.filter((file) => /\.(test|bench|contract)\.|(^|\/)(src|testing)(\/|$)|tsbuildinfo/.test(file)),
    ).toEqual([]);
  });
});

test('the published command prices', () => {
  const line = '{"id":1,"provider":"openai","model":"gpt-4o-mini","usage":{"input_tokens":1000,"output_tokens":200}}';
  const { code, output } = run([join(homeOf('cli'), 'bin/costspan.mjs'), 'price'], line);
  expect(output).toContain('"total":"0.00027"');
  expect(code).toBe(0);
});

test('the published collector serves the pages it brings, under their policy and to nobody else', async () => {
  const child = spawn(
    process.execPath,
    [join(homeOf('cli'), 'bin/costspan.mjs'), 'up', '--data', join(home, 'ledger'), '--listen', '127.0.0.1:0'],
    {
      cwd: home,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const url = await new Promise<string>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => resolve(/http:\S+/.exec(chunk.toString())?.[0] ?? ''));
    });
    const host = await fetch(new URL('/a/costspan-usage-app/overview', url));
    const policy = host.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    const { files } = JSON.parse(await readFile(join(homeOf('collector'), 'pages/files.json'), 'utf8')) as {
      files: { path: string; type: string }[];
    };
    const wanted = files.map(({ path, type }) => `/${path} 200 ${type}`);
    expect(wanted).toContain('/host/host.js 200 text/javascript; charset=utf-8');
    expect(wanted).toContain('/public/plugins/costspan-usage-app/module.js 200 text/javascript; charset=utf-8');
    const served: string[] = [];
    for (const { path } of files) {
      const { status, headers } = await fetch(new URL(`/${path === 'index.html' ? '' : path}`, url));
      served.push(`/${path} ${status} ${headers.get('content-type')}`);
      expect(headers.get('content-security-policy')).toBe(policy);
    }
    expect(served).toEqual(wanted);
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.on('close', resolve));
  }
});

test.each([
  ['ESM', 'app.mjs', "import OpenAI from 'openai';"],
  ['CommonJS', 'app.cjs', "const OpenAI = require('openai');"],
])('--import register makes spans of an unchanged %s app', async (_kind, file, head) => {
  const simulator = await startSimulator({ latencyScale: 0 });
  try {
    const request = "{ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }";
    const call = `new OpenAI().chat.completions.create(${request})`;
    await writeFile(
      join(home, file),
      `${head}\n${call}.then((answer) => console.log(answer.usage.total_tokens > 0));\n`,
    );
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

/** Copies what `npm pack` would put into the package. */
async function unpack(name: string): Promise<void> {
  const source = join(ROOT, 'packages', name);
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const packed = spawnSync('npm', args, { cwd: source, encoding: 'utf8', shell: process.platform === 'win32' });
  const [list] = Object.values(
    JSON.parse(packed.stdout) as Record<string, { readonly files: readonly { readonly path: string }[] }>,
  );
  for (const { path } of list?.files ?? []) await cp(join(source, path), join(homeOf(name), path));
}

function run(args: readonly string[], input = ''): { readonly code: number | null; readonly output: string } {
  const result = spawnSync(process.execPath, args, { cwd: home, encoding: 'utf8', input });
  return { code: result.status, output: result.stdout + result.stderr };
}

/** Without blocking this process, which plays the provider. */
async function runAside(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: home,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}
