import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbLedger, parseConfig, startCollector } from '@costspan/collector';
import { baseBook, compileBook, parseCardFile, priceCall } from '@costspan/pricing';
import type { CallRecord } from '@costspan/usage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../run-command.contract.ts';

const CARDS = {
  ...{ format: 'costspan.cards/1', layer: 'list', kind: 'base' },
  cards: [
    {
      ...{ provider: 'openai', model: 'gpt-4o-mini', currency: 'USD' },
      source: { url: 'https://example.com/prices', read: '2026-11-20' },
      prices: [{ rates: { input_tokens: { price: '9', per: 1_000_000 } } }],
    },
  ],
};
let data: string;
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'costspan-close-'));
  const ledger = await openDuckDbLedger({ path: data });
  const call: CallRecord = {
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    startedAtUs: Date.UTC(2025, 9, 3) * 1000,
    durationUs: 1000,
    provider: 'openai',
    operation: 'chat',
    requestModel: 'gpt-4o-mini',
    usage: { status: 'reported', meters: { input_tokens: 1_000_000 } },
    context: {},
    outcome: 'ok',
    tags: { customer_id: 'acme' },
  };
  await ledger.append([{ call, cost: priceCall(baseBook(), call, []) }]);
  await ledger.close();
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

test('a month is closed once, and said to be what it is ever after', async () => {
  const close = (...args: string[]) => runCommand(['close', '--data', data, ...args]);
  const dry = await close('2025-10', '--dry-run');
  expect((await close()).out).toBe('');
  const closed = await close('2025-10');
  expect([closed.code, closed.out]).toEqual([
    0,
    expect.stringMatching(/^2025-10: 0\.15 USD; 1 calls, 1 rows, as of .*, sha256 [0-9a-f]{64}\n$/),
  ]);
  expect(dry.out).toBe(closed.out);
  expect((await close('2025-10')).out).toBe(closed.out);
  expect((await close()).out).toBe(closed.out);
  const { sha256 } = JSON.parse((await close('2025-10', '--json')).out) as { sha256: string };
  expect(closed.out).toContain(sha256);
  expect(readFileSync(join(data, 'periods', '2025-10', 'statement.csv'), 'utf8')).toContain('gpt-4o-mini');
});

test('what cannot be closed is told with what to do', async () => {
  expect((await runCommand(['close', '--data', data, '2999-01'])).err).toContain(
    '"2999-01" is not a month such as 2026-10',
  );
  expect((await runCommand(['close', '--data', data, '2199-12'])).err).toContain('is not over yet');
});

test('prices are those of a collector: a ledger by itself has none to rerate with', async () => {
  const { code, err } = await runCommand(['rerate', '--data', data, '--from', '2025-10-01', '--to', '2025-11-01']);
  expect([code, err]).toEqual([1, expect.stringContaining('calls are rerated by a collector')]);
});

test('past calls are priced by the prices in force, dry and as a layer', async () => {
  const collector = await startCollector(parseConfig({ listen: '127.0.0.1:0', data, exports: {} }, 'test', {}), {
    book: compileBook([parseCardFile(CARDS, 'cards.json')]),
  });
  const rerate = (...args: string[]) =>
    runCommand(['rerate', '--url', collector.url, '--from', '2025-10-01', '--to', '2025-11-01', ...args]);
  expect((await rerate('--dry-run')).out).toContain('0.15 USD become 9 USD (8.85)');
  expect((await rerate()).out).toMatch(/openai +gpt-4o-mini +1 +8\.85\n1 of 1 calls differ.*; layer 1\n$/s);
  expect((await rerate()).out).toContain('0 of 1 calls differ');
  await collector.close();
});
