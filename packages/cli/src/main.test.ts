import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { main } from './main.ts';
import type { Terminal } from './terminal.ts';

async function run(
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const terminal: Terminal = {
    stdin: Readable.from([input]),
    stdout,
    stderr,
    env: {},
    isInteractive: false,
    now: () => Date.parse('2026-11-23T12:00:00Z'),
    interrupted: () => new Promise(() => undefined),
  };
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await main(args, terminal);
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, stdout: out, stderr: err };
}

const lines = (output: string): unknown[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

test('without words the help is shown', async () => {
  expect(await run([])).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: costspan') });
});

test.each(['up', 'demo', 'query', 'price', 'extract', 'cards', 'doctor'])('%s explains itself', async (command) => {
  expect(await run([command, '--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`Usage: costspan ${command}`),
  });
});

test.each([
  [['prise']],
  [['price', '--kards', 'x']],
  [['query', '--limit', 'many', '--url', 'http://127.0.0.1:1']],
  [['query', '--from', 'yesterday']],
  [['cards', 'import', 'x.json']],
  [['cards', 'import', '--from', 'nobody', 'x.json']],
])('%j is a usage error', async (args) => {
  const { code, stderr } = await run(args);
  expect(code).toBe(2);
  expect(stderr).not.toBe('');
  expect(stderr).not.toContain('    at ');
});

test('price answers in order, and a mistaken line keeps its place', async () => {
  const { code, stdout } = await run(
    ['price'],
    [
      '{"id":1,"provider":"openai","model":"gpt-4o-mini","usage":{"input_tokens":1000,"output_tokens":200}}',
      'not json',
      '',
      '{"id":3,"provider":"openai","model":"nobody-1","usage":{"input_tokens":1}}',
      '{"id":4,"provider":"openai","model":"gpt-4o-mini","usage":{"input_tokens":-1}}',
    ].join('\n'),
  );
  expect(code).toBe(1);
  expect(lines(stdout)).toMatchObject([
    {
      id: 1,
      status: 'priced',
      total: '0.00027',
      currency: 'USD',
      match: expect.any(String),
      card: { provider: 'openai' },
    },
    { id: null, status: 'unpriced', total: null, errors: [{ code: 'JSON' }] },
    { id: 3, status: 'unpriced', total: null, card: null, match: null, reason: expect.any(String) },
    { id: 4, status: 'inconsistent', total: null, errors: [{ code: 'COUNT_INVALID' }] },
  ]);
});

test('extract answers in order, without the zeros', async () => {
  const { code, stdout } = await run(
    ['extract'],
    '{"id":1,"provider":"openai","body":{"model":"m","usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":0}}}}\n{"id":2,"provider":"openai","body":{}}\n',
  );
  expect(code).toBe(1);
  expect(lines(stdout)).toMatchObject([
    { id: 1, model: 'm', usage: { input_tokens: 5, output_tokens: 2 }, context: {}, usage_status: 'reported' },
    { id: 2, model: null, usage: {}, usage_status: 'unavailable', errors: [{ code: 'USAGE_ABSENT' }] },
  ]);
});

test('a file that is not there is one sentence', async () => {
  expect(await run(['price', '--cards', 'nowhere.json'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^costspan: nowhere\.json cannot be read/),
  });
});

test('a collector that is not there is one sentence with what to do', async () => {
  expect(await run(['query', '--url', 'http://127.0.0.1:1'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('costspan up'),
  });
});
