import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { scratchDirectory, startCostspan } from './costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from './otlp.ts';
import { allCalls, queryUsage } from './usage-api.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const SOURCE = { url: 'https://example.com/prices', read: '2026-11-20' };
const CARDS = {
  format: 'costspan.cards/1',
  layer: 'ours',
  cards: [
    {
      provider: 'acme',
      model: 'chat',
      currency: 'CNY',
      source: SOURCE,
      prices: [
        { rates: { input_tokens: { price: '2', per: 1_000_000 }, output_tokens: { price: '3', per: 1_000_000 } } },
      ],
    },
  ],
  adjustments: [{ name: 'handling', provider: 'acme', fees: { requests: { price: '0.0001', per: 1 } } }],
};
const YUAN = { 'gen_ai.provider.name': 'acme', 'gen_ai.request.model': 'chat', 'gen_ai.response.model': 'chat' };
const OCTOBER = Date.UTC(2026, 9, 15);
const NOVEMBER = Date.UTC(2026, 10, 15);

const rates = (october: string) => ({
  format: 'costspan.fx/1',
  rates: [{ currency: 'CNY', from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z', rate: october, source: SOURCE }],
});

test('calls in another currency are summed in dollars at the rate of their day, exactly, and keep their native amounts', async () => {
  const data = await scratchDirectory();
  cleanups.push(data.remove);
  const file = (name: string) => join(data.path, name);
  await writeFile(file('yuan.json'), JSON.stringify(CARDS));
  await writeFile(file('fx.json'), JSON.stringify(rates('0.1405')));
  await writeFile(file('costspan.yaml'), `cards: ['${file('yuan.json')}']\nfx: '${file('fx.json')}'\n`);
  const up = await startCostspan(['up', '--config', file('costspan.yaml'), '--data', file('ledger')]);
  cleanups.push(() => up.stop('SIGKILL'));
  const send = async (...startsMs: number[]) => {
    const spans = startsMs.map((startMs) => chatSpan('globex', { startMs, attributes: YUAN }));
    const response = await sendOtlp(up.url, otlpRequest(spans));
    expect(response.status).toBe(200);
  };
  const total = () => queryUsage(up.url, { metrics: ['calls', 'cost'], groupBy: ['customer_id'] });

  // 1000 × 2 and 200 × 3 millionths and a fee of 0.0001: 0.0027 CNY.
  await send(OCTOBER, NOVEMBER);
  expect(await total()).toMatchObject({ total: { calls: 2, cost: '0.00037935' }, unpriced_calls: 1 });

  // Ten times away is refused and the last good rate stays; a good one holds for the calls that come after it.
  await writeFile(file('fx.json'), JSON.stringify(rates('14.05')));
  await until(() => up.output().includes('the last good prices stay'));
  await send(OCTOBER);
  expect(await total()).toMatchObject({ total: { calls: 3, cost: '0.0007587' }, unpriced_calls: 1 });
  await writeFile(file('fx.json'), JSON.stringify(rates('0.141')));
  await until(() => up.output().includes('new prices are in force'));
  await send(OCTOBER);
  expect(await total()).toMatchObject({ total: { calls: 4, cost: '0.0011394' }, unpriced_calls: 1 });

  const details = await Promise.all(
    (await allCalls(up.url)).map(async ({ id }) => (await fetch(new URL(`/api/v1/calls/${id}`, up.url))).json()),
  );
  const native = { currency: 'CNY', cost: '0.0027' };
  const since = '2026-10-01T00:00:00.000Z';
  expect(details.find(({ cost }) => cost === null)).toMatchObject({
    cost_status: 'unpriced',
    reason: 'fx_missing:CNY',
    native: { ...native, fx_rate: null, fx_from: null },
  });
  expect(details.filter(({ cost }) => cost === '0.00037935')).toHaveLength(2);
  expect(details.find(({ cost }) => cost === '0.0003807')).toMatchObject({
    currency: 'USD',
    native: { ...native, fx_rate: '0.141', fx_from: since },
    lines: [
      { meter: 'input_tokens', amount: '0.002' },
      { meter: 'output_tokens', amount: '0.0006' },
      { meter: 'requests', fee: 'handling', amount: '0.0001' },
    ],
  });
  const metrics = await (await fetch(new URL('/metrics', up.url))).text();
  expect(metrics).toMatch(/costspan_collector_card_reloads_refused_total 1\b/);
  expect(metrics).toMatch(/costspan_unpriced_calls_total\{[^}]*reason="fx_missing:CNY"[^}]*\} 1\b/);
  expect((await up.stop('SIGTERM')).code).toBe(0);
}, 120_000);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}
