import { gzipSync } from 'node:zlib';
import { formatMoney, parseMoney, sumMoney } from '@costspan/usage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, scratchDirectory, startCostspan } from './costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from './otlp.ts';
import { allCalls, queryUsage } from './usage-api.ts';

let collector: Running;
let data: Awaited<ReturnType<typeof scratchDirectory>>;

beforeAll(async () => {
  data = await scratchDirectory();
  collector = await startCostspan(['up', '--data', data.path]);
});
afterAll(async () => {
  await collector.stop('SIGKILL');
  await data.remove();
});

test('truncated protobuf is refused as 400', async () => {
  const response = await sendOtlp(collector.url, new Uint8Array([0x0a, 0xff, 0x01, 0x12, 0x03]), {
    'content-type': 'application/x-protobuf',
  });
  expect(response.status).toBe(400);
});

test('broken JSON is refused as 400, in JSON', async () => {
  const response = await sendOtlp(collector.url, '{"resourceSpans":[');
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(await response.json()).toHaveProperty('message');
});

test('a wrong content type is refused as 415', async () => {
  expect((await sendOtlp(collector.url, 'hello', { 'content-type': 'text/plain' })).status).toBe(415);
});

test('a zip bomb is refused as 413', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  const response = await sendOtlp(collector.url, bomb, { 'content-encoding': 'gzip' });
  expect(response.status).toBe(413);
});

test('a body of 100 MB is refused as 413', async () => {
  const response = await sendOtlp(collector.url, new Uint8Array(100_000_000), {
    'content-type': 'application/x-protobuf',
  });
  expect(response.status).toBe(413);
});

test('a false gzip body is refused as 400', async () => {
  expect((await sendOtlp(collector.url, 'not gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
});

test.each([
  ['negative', -5],
  ['not a number', 'many'],
  ['fractional', 1.5],
])('a %s token count is never priced as zero', async (name, count) => {
  const customer = `bad-${name.replaceAll(' ', '-')}`;
  const response = await sendOtlp(
    collector.url,
    otlpRequest([chatSpan(customer, { attributes: { 'gen_ai.usage.input_tokens': count } })]),
  );
  expect(response.status).toBe(200);
  const calls = await allCalls(collector.url, { customer_id: customer });
  expect(calls).toHaveLength(1);
  expect(calls[0]).not.toMatchObject({ cost_status: 'priced' });
  expect(calls[0]?.usage['input_tokens']).toBeUndefined();
});

test('an unknown model is kept, counted as unpriced, and not free', async () => {
  const attributes = { 'gen_ai.request.model': 'nobody-1', 'gen_ai.response.model': 'nobody-1' };
  await sendOtlp(collector.url, otlpRequest([chatSpan('unknown-model', { attributes })]));
  const calls = await allCalls(collector.url, { customer_id: 'unknown-model' });
  expect(calls).toMatchObject([{ cost: null, cost_status: 'unpriced' }]);
  const answer = await queryUsage(collector.url, {
    metrics: ['calls', 'cost'],
    filters: [{ field: 'customer_id', op: 'eq', value: 'unknown-model' }],
  });
  expect(answer).toMatchObject({ unpriced_calls: 1, total: { calls: 1, cost: null } });
});

test('a mistaken question is answered with all its mistakes', async () => {
  const response = await fetch(new URL('/api/v1/usage/query', collector.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: 'yesterday', to: 5, metrics: ['coins'], groupBy: ['bad key!'], limit: -1 }),
  });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = (await response.json()) as { readonly errors: readonly { readonly at: string }[] };
  expect(problem.errors.length).toBeGreaterThanOrEqual(5);
});

test('after all of it the process is up and records', async () => {
  const response = await sendOtlp(collector.url, otlpRequest([chatSpan('still-here')]));
  expect(response.status).toBe(200);
  expect(await allCalls(collector.url, { customer_id: 'still-here' })).toMatchObject([
    { cost: '0.00027', cost_status: 'priced' },
  ]);
  expect((await fetch(new URL('/healthz', collector.url))).status).toBe(200);
});

test('group sums equal the ungrouped total exactly, untagged calls included', async () => {
  await sendOtlp(
    collector.url,
    otlpRequest([{ attributes: { ...chatSpan('').attributes, 'costspan.tag.customer_id': '' } }]),
  );
  const metrics = ['calls', 'cost', 'input_tokens'];
  const grouped = await queryUsage(collector.url, { metrics, groupBy: ['customer_id'] });
  const whole = await queryUsage(collector.url, { metrics });
  expect(grouped.rows.map((row) => row['customer_id'])).toContain('(untagged)');
  const known = grouped.rows.map((row) => row['cost']).filter((cost) => typeof cost === 'string');
  expect(formatMoney(sumMoney(known.map(parseMoney)))).toBe(whole.total['cost']);
  expect(grouped.rows.reduce((sum, row) => sum + Number(row['calls']), 0)).toBe(whole.total['calls']);
  expect(grouped.total).toEqual(whole.total);
});
