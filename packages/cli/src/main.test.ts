import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { main } from './main.ts';
import type { Terminal } from './terminal.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-cli-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A card file of a test, by name. */
function fileWith(name: string, value: unknown): string {
  const file = join(scratch, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

const contract = (more: object = {}) => ({
  format: 'costspan.cards/1',
  layer: 'acme-contract',
  kind: 'organisation',
  adjustments: [{ name: 'discount', provider: 'openai', ratio: '0.9275' }],
  ...more,
});

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

test.each(['up', 'demo', 'query', 'calls', 'call', 'trace', 'backfill', 'price', 'extract', 'cards', 'doctor'])(
  '%s explains itself',
  async (command) => {
    expect(await run([command, '--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Usage: costspan ${command}`),
    });
  },
);

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

const priced = '{"provider":"openai","model":"gpt-4o-mini","usage":{"input_tokens":1000,"output_tokens":200}}\n';

test('an overlay is laid over the catalogue', async () => {
  const { stdout } = await run(['price', '--overlay', fileWith('contract.json', contract())], priced);
  expect(lines(stdout)).toMatchObject([{ total: '0.000250425', list: '0.00027' }]);
});

test('a card file with mistakes prices nothing, and all of them are named with their file', async () => {
  const file = fileWith('bad.json', {
    format: 'costspan.cards/1',
    adjustments: [{ name: 'x', provider: 'openai', ratio: '-1' }],
    cards: [{ model: 3 }],
  });
  const { code, stdout, stderr } = await run(['price', '--overlay', file], priced);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.match(/bad\.json/g)?.length).toBeGreaterThan(1);
});

test('lint finds nothing in a good file and fails for a bad one', async () => {
  expect(await run(['cards', 'lint', fileWith('contract.json', contract())])).toMatchObject({ code: 0 });
  const bad = fileWith('bad.json', contract({ adjustments: [{ name: 'x', provider: 'nobody', ratio: '1' }] }));
  const { code, stdout } = await run(['cards', 'lint', bad, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ findings: [{ severity: 'error' }] });
});

test('twelve mistakes in a card file are twelve findings, each with file, line and what to do', async () => {
  const rates = ['-1', '1e-7', 'free', '', '1,5', ' 1'].map(
    (price) => `{"input_tokens":{"price":${JSON.stringify(price)},"per":1000000}}`,
  );
  const cards = rates.map(
    (rate, index) =>
      `{"provider":"openai","model":"m${index}","currency":"USD","source":{"url":"https://example.com"},"prices":[{"rates":${rate}}]}`,
  );
  const more = [
    '{"provider":"openai"}',
    '{"provider":"openai","model":"m9","currency":"usd","source":{"url":"https://example.com"},"prices":[{"rates":{"coins":{"price":"1","per":0}}}]}',
  ];
  const file = join(scratch, 'twelve.json');
  writeFileSync(file, `{"format":"costspan.cards/1","cards":[\n${[...cards, ...more].join(',\n')}\n]}`);
  const { code, stdout } = await run(['cards', 'lint', file]);
  const found = stdout.trim().split('\n').slice(0, -1);
  expect(code).toBe(1);
  expect(found).toHaveLength(12);
  for (const line of found) expect(line).toMatch(/^error {2}.*twelve\.json:\d+: cards\[\d\]\S*: .+ \[[A-Z_]+\]$/);
  expect(found.slice(0, 6).map((line) => /json:(\d+)/.exec(line)?.[1])).toEqual(['2', '3', '4', '5', '6', '7']);
});

test('diff shows changed prices and ratios, one line each', async () => {
  const overlay = fileWith(
    'override.json',
    contract({
      overrides: [
        {
          provider: 'openai',
          models: ['gpt-4o-mini'],
          source: { url: 'https://example.com/contract', read: '2026-11-20' },
          rates: { input_tokens: { price: '0.1', per: 1000000 } },
        },
      ],
    }),
  );
  const { stdout } = await run(['cards', 'diff', '--overlay', overlay]);
  expect(stdout).toMatch(/openai\/gpt-4o-mini › .*input_tokens: 0\.15.* → 0\.1/);
  expect(stdout).toContain('acme-contract: discount ×0.9275 on openai');
  expect(await run(['cards', 'diff'])).toMatchObject({ stdout: 'no price changes\n' });
});

test('explain names the card, what changed it and every line', async () => {
  const { stdout } = await run([
    ...['cards', 'explain', '--provider', 'openai', '--model', 'gpt-4o-mini-2024-07-18'],
    ...['--usage', 'input_tokens=1000', 'output_tokens=200', '--overlay', fileWith('contract.json', contract())],
  ]);
  expect(stdout).toContain('openai/gpt-4o-mini, layer base');
  expect(stdout).toContain('discount ×0.9275');
  expect(stdout).toMatch(/total +0\.000250425 USD/);
});

test('simulate compares past calls by both books and says what it could not read', async () => {
  const overlay = fileWith('contract.json', contract());
  const { code, stdout, stderr } = await run(
    ['cards', 'simulate', '--overlay', overlay, '--json'],
    `${priced}${priced}not json\n`,
  );
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    calls: 2,
    changed: 2,
    before: { USD: '0.00054' },
    after: { USD: '0.00050085' },
    difference: { USD: '-0.00003915' },
    unread_lines: 1,
  });
  expect(stderr).toContain('1 lines were not calls');
});

test('doctor looks and changes nothing', async () => {
  const data = join(scratch, 'not', 'there', 'yet');
  const { code, stdout } = await run(['doctor', '--data', data, '--url', 'http://127.0.0.1:1', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    checks: expect.arrayContaining([
      expect.objectContaining({ name: 'data directory', state: 'ok' }),
      expect.objectContaining({ name: 'collector', state: 'note' }),
    ]),
  });
  expect(existsSync(join(scratch, 'not'))).toBe(false);
});
