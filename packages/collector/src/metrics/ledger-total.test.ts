import { parseMoney } from '@costspan/usage';
import { expect, test } from 'vitest';
import { parseConfig } from '../config/parse-config.ts';
import { encodeProtobuf } from '../otlp/decoder.contract.ts';
import { chatRequest } from '../receivers/made-traces.contract.ts';
import { startCollector } from '../start-collector.ts';
import { parsePrometheusText, sumOf } from './prometheus-text.contract.ts';

const BATCHES = 40;

test('the metrics of cost, calls and tokens are the ledger’s sums, whatever is sent again and whoever samples behind us', async () => {
  const settings = { listen: '127.0.0.1:0', data: ':memory:', metrics: { labels: { customer_id: 5 }, seriesMax: 4 } };
  const collector = await startCollector(parseConfig(settings, 'test', {}), { say: () => {} });
  const bodies = Array.from({ length: BATCHES }, (_, n) =>
    encodeProtobuf(
      chatRequest((n % 7) + 1, {
        'gen_ai.usage.input_tokens': { intValue: BigInt(n * 131 + 1) },
        'gen_ai.request.model': { stringValue: n % 5 === 0 ? 'no-such-model' : n % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini' },
        'costspan.tag.customer_id': { stringValue: `customer_${n % 11}` },
      }),
    ),
  );
  const inAnyOrder = [...bodies, ...bodies.toReversed(), ...bodies.filter((_, n) => n % 3 === 0)];
  await Promise.all(
    inAnyOrder.map((body) =>
      fetch(`${collector.url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: new Uint8Array(body),
      }).then((answer) => expect(answer.status).toBe(200)),
    ),
  );
  const asked = await fetch(`${collector.url}/api/v1/usage/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      from: '2025-10-01T00:00:00Z',
      to: '2025-11-01T00:00:00Z',
      metrics: ['cost', 'calls', 'input_tokens'],
    }),
  });
  const { total, unpriced_calls: unpriced } = (await asked.json()) as {
    total: { cost: string; calls: number; input_tokens: number };
    unpriced_calls: number;
  };
  const samples = parsePrometheusText(await (await fetch(`${collector.url}/metrics`)).text());
  expect(sumOf(samples, 'costspan_cost_usd_total')).toBe(parseMoney(total.cost));
  expect(sumOf(samples, 'costspan_calls_total')).toBe(BigInt(total.calls));
  expect(sumOf(samples, 'costspan_tokens_total', { meter: 'input_tokens' })).toBe(BigInt(total.input_tokens));
  expect(sumOf(samples, 'costspan_unpriced_calls_total')).toBe(BigInt(unpriced));
  expect(samples.filter(({ name }) => name === 'costspan_cost_usd_total').length).toBeLessThanOrEqual(4);
  await collector.close();
});

test('a call of a library around a provider call is not told, in one request or after it', async () => {
  const collector = await startCollector(parseConfig({ listen: '127.0.0.1:0', data: ':memory:' }, 'test', {}), {
    say: () => {},
  });
  const send = async (spans: readonly object[]) => {
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${collector.url}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
  };
  for (const trace of ['aa', 'bb']) {
    const span = (spanId: string, parentSpanId?: string) => ({
      traceId: trace.repeat(16),
      spanId,
      parentSpanId,
      startTimeUnixNano: '1760000000000000000',
      endTimeUnixNano: '1760000001000000000',
      attributes: [
        { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
        { key: 'gen_ai.provider.name', value: { stringValue: 'openai' } },
        { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } },
        { key: 'gen_ai.usage.input_tokens', value: { intValue: 1000 } },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: 100 } },
      ],
    });
    const [inner, outer] = [span('00000000000000b1', '00000000000000a1'), span('00000000000000a1')];
    if (trace === 'aa') await send([outer, inner]);
    else for (const one of [inner, outer]) await send([one]);
  }
  const samples = parsePrometheusText(await (await fetch(`${collector.url}/metrics`)).text());
  expect(sumOf(samples, 'costspan_calls_total')).toBe(2n);
  expect(sumOf(samples, 'costspan_cost_usd_total')).toBe(parseMoney('0.007'));
  await collector.close();
});
