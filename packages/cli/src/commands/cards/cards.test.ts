import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { main } from '../../main.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-cards-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function fileWith(name: string, value: unknown): string {
  const file = join(scratch, name);
  writeFileSync(file, JSON.stringify(value, null, 1));
  return file;
}

async function run(args: readonly string[], input = '', now = '2026-11-23T12:00:00Z') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await main(args, {
    stdin: Readable.from([input]),
    stdout,
    stderr,
    env: {},
    isInteractive: false,
    now: () => Date.parse(now),
    interrupted: () => new Promise(() => undefined),
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, stdout: out, stderr: err };
}

const SOURCE = { url: 'https://example.com', read: '2026-11-01' };
const rate = (price: string) => ({ price, per: 1_000_000 });
const CARDS = {
  format: 'costspan.cards/1',
  layer: 'ours',
  cards: [
    {
      provider: 'acme',
      model: 'm',
      currency: 'CNY',
      source: SOURCE,
      prices: [
        {
          rates: { input_tokens: rate('2') },
          tiers: [
            { meter: 'input_tokens', mode: 'marginal', op: '>', threshold: 1000, rates: { input_tokens: rate('4') } },
          ],
        },
      ],
    },
  ],
};
const SHOP = {
  format: 'costspan.cards/1',
  layer: 'shop',
  kind: 'resale',
  adjustments: [{ name: 'markup', provider: '*', customers: ['globex'], ratio: '1.5' }],
};
const FX = {
  format: 'costspan.fx/1',
  rates: [{ currency: 'CNY', from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', rate: '0.14', source: SOURCE }],
};
const ours = fileWith('ours.json', CARDS);
const shop = fileWith('shop.json', SHOP);
const fx = fileWith('fx.json', FX);

test('price converts with --fx and sells by customer', async () => {
  const line = {
    provider: 'acme',
    model: 'm',
    customer: 'globex',
    at: '2026-11-01T00:00:00Z',
    usage: { input_tokens: 1500 },
  };
  const { code, stdout } = await run(['price', '--overlay', ours, shop, '--fx', fx], JSON.stringify(line));
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    {
      total: '0.004',
      currency: 'CNY',
      resale: '0.006',
      converted: { currency: 'USD', total: '0.00056', resale: '0.00084', rate: '0.14' },
    },
  ]);
});

test('a customer that is no text is a mistake, not another price', async () => {
  const line = { provider: 'openai', model: 'gpt-4o', customer: 7, usage: { input_tokens: 1 } };
  const { code, stdout } = await run(['price'], JSON.stringify(line));
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { status: 'unpriced', errors: [{ at: 'customer' }] }]);
});

test('lint reads cards and rates together, and names file and line of a mistake in either', async () => {
  expect(await run(['cards', 'lint', ours, shop, fx])).toMatchObject({ code: 0, stdout: 'nothing to report\n' });
  const bad = fileWith('bad-fx.json', { ...FX, rates: [...FX.rates, { currency: 'GBP', rate: 1.3, source: SOURCE }] });
  const { code, stdout } = await run(['cards', 'lint', ours, bad]);
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(/bad-fx\.json:\d+: rates\[1\]\.rate: 1\.3 is a number.*\[RATE_NUMBER\]/),
  ]);
  const none = fileWith('no-fx.json', { ...FX, rates: [] });
  expect((await run(['cards', 'lint', ours, none])).stdout).toContain('[FX_MISSING]');
});

test('lint warns of prices that nobody has read for long, after as many days as asked', async () => {
  const stale = async (days: string) => (await run(['cards', 'lint', ours, '--stale-days', days])).stdout;
  expect(await stale('22')).not.toContain(ours);
  expect(await stale('100')).toBe('nothing to report\n');
  expect(await stale('21')).toMatch(
    /warning .*1 cards were read more than 21 days ago, the oldest 22 days ago on 2026-11-01/,
  );
  expect((await run(['cards', 'lint', '--stale-days', 'soon'])).code).toBe(2);
});

test('explain shows the age of every price, the step, the other currency and the customer’s price', async () => {
  const { code, stdout } = await run([
    'cards',
    'explain',
    '--provider',
    'acme',
    '--model',
    'm',
    '--usage',
    'input_tokens=1500',
    '--customer',
    'globex',
    '--overlay',
    ours,
    shop,
    '--fx',
    fx,
  ]);
  expect(code).toBe(0);
  for (const part of [
    'read 2026-11-01, 22 days ago',
    'tier      input_tokens > 1000 marginal',
    'in USD    0.00056 at 0.14 since 2026-01-01T00:00:00Z',
    'list 0.004, contracted 0.004, resale 0.006 CNY',
    'markup ×1.5',
    'above 1000',
  ]) {
    expect(stdout).toContain(part);
  }
});

test('compile writes the same bytes for the same prices, and says what it wrote', async () => {
  const [one, two] = [join(scratch, 'one.json'), join(scratch, 'two.json')];
  const said = await run(['cards', 'compile', '--overlay', ours, '--fx', fx, '--out', one]);
  await run(['cards', 'compile', '--overlay', ours, '--fx', fx, '--out', two]);
  expect(said.stderr).toMatch(/^\d+ cards, \d+ characters, version sha256:/);
  const written = readFileSync(one, 'utf8');
  expect(written === readFileSync(two, 'utf8')).toBe(true);
  expect(JSON.parse(written)).toMatchObject({ format: 'costspan.compiled/1', fx: [{ currency: 'CNY', rate: '0.14' }] });
});

test('import replaces a file only by prices that can be its next ones, unless it is forced', async () => {
  const from = (price: number) =>
    fileWith('litellm.json', {
      m: { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: price, output_cost_per_token: price },
    });
  const out = join(scratch, 'imported.json');
  const imported = (price: number, ...more: string[]) =>
    run(['cards', 'import', '--from', 'litellm', from(price), '--out', out, ...more]);
  expect((await imported(0.000001)).code).toBe(0);
  expect((await imported(0.000002)).code).toBe(0);
  const before = readFileSync(out, 'utf8');
  const refused = await imported(0.002);
  expect([refused.code === 0, refused.stderr.includes('RATE_JUMP') || refused.stderr.includes('times away')]).toEqual([
    false,
    true,
  ]);
  expect(readFileSync(out, 'utf8') === before).toBe(true);
  expect((await imported(0.002, '--force')).code).toBe(0);
});

test('simulate compares what customers pay, too', async () => {
  const calls = ['globex', 'nobody']
    .map((customer) => JSON.stringify({ provider: 'acme', model: 'm', customer, usage: { input_tokens: 1000 } }))
    .join('\n');
  const { stdout } = await run(['cards', 'simulate', '--resale', '--json', '--cards', ours, '--overlay', shop], calls);
  expect(JSON.parse(stdout)).toMatchObject({ calls: 2, unpricedBefore: 2, after: { CNY: '0.005' }, unpricedAfter: 0 });
});
