import { spawnSync } from 'node:child_process';
import { type Atto, attoFromInteger, parseMoney } from '@costspan/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PricedCall } from '../ledger/ledger.ts';
import { madeCall } from '../ledger/made-call.contract.ts';
import { CallMetrics } from './call-metrics.ts';
import { DEFAULT_METRICS, type MetricsConfig } from './metrics-config.ts';
import { parsePrometheusText, type Sample, sumOf } from './prometheus-text.contract.ts';
import { decimalText, prometheusText } from './prometheus-text.ts';

function metricsOf(calls: Iterable<PricedCall>, config: Partial<MetricsConfig> = {}) {
  const metrics = new CallMetrics({ ...DEFAULT_METRICS, ...config });
  for (const call of calls) metrics.add(call);
  const text = prometheusText(metrics.families());
  return { metrics, text, samples: parsePrometheusText(text) };
}

function call(n: number, over: Partial<PricedCall['call']> = {}, cost: Partial<PricedCall['cost']> = {}): PricedCall {
  const made = madeCall({ n });
  return { call: { ...made.call, ...over }, cost: { ...made.cost, ...cost } };
}

function values(samples: readonly Sample[], name: string): Record<string, string> {
  return Object.fromEntries(
    samples
      .filter((sample) => sample.name === name)
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
}

test('a call is told by every label, and its cost to the last digit', () => {
  const tags = { customer_id: 'acme', feature_name: 'search', team: 'core', environment: 'prod', plan: 'free' };
  const total = parseMoney('0.000000000000000001');
  const { samples } = metricsOf([call(1, { tags }, { total }), call(2, { tags }, { total: parseMoney('12.5') })]);
  expect(samples.filter(({ name }) => name === 'costspan_cost_usd_total')).toEqual([
    {
      name: 'costspan_cost_usd_total',
      labels: {
        provider: 'openai',
        model: 'gpt-4o-mini',
        operation: 'chat',
        customer_id: 'acme',
        feature_name: 'search',
        team: 'core',
        environment: 'prod',
      },
      value: '12.500000000000000001',
    },
  ]);
});

test('tokens by meter, calls by outcome, and untagged calls as such', () => {
  const { samples } = metricsOf(
    [
      call(1, {
        tags: {},
        usage: { status: 'reported', meters: { input_tokens: 7, cache_read_tokens: 3, images: 2 } },
      }),
      call(2, { tags: {}, outcome: 'error', usage: { status: 'unavailable', meters: {} } }),
    ],
    { labels: { customer_id: 5 } },
  );
  expect(values(samples, 'costspan_tokens_total')).toEqual({
    '(untagged) input_tokens': '7',
    '(untagged) cache_read_tokens': '3',
  });
  expect(values(samples, 'costspan_calls_total')).toEqual({ '(untagged) ok': '1', '(untagged) error': '1' });
});

test('an unknown cost is no sample, and is counted by what it lacks', () => {
  const { samples } = metricsOf([madeCall({ n: 1, cost: undefined })]);
  expect(samples.some(({ name }) => name === 'costspan_cost_usd_total')).toBe(false);
  expect(values(samples, 'costspan_unpriced_calls_total')).toEqual({ 'openai gpt-4o-mini model_unknown': '1' });
});

test('what reading from the cache saved is summed as far as it is known, and never guessed', () => {
  const line = (meter: 'input_tokens' | 'cache_read_tokens', quantity: number, amount: string) => ({
    meter,
    quantity,
    amount: parseMoney(amount),
    rate: '1',
    per: 1,
  });
  // Fresh input at 0.01 each: the 50 read from the cache would have cost 0.5 and did cost 0.1.
  const lines = [line('input_tokens', 100, '1'), line('cache_read_tokens', 50, '0.1')];
  const native = { currency: 'EUR', total: parseMoney('9') };
  const { samples } = metricsOf([
    call(1, {}, { lines }),
    call(2, {}, { lines }),
    call(3, {}, { lines: lines.slice(1) }),
    call(4, {}, { lines, native }),
    call(5),
  ]);
  expect(sumOf(samples, 'costspan_cache_savings_usd_total')).toBe(parseMoney('0.8'));
});

test('an amount in another currency is in no sum, and counted', () => {
  const native = { currency: 'EUR', total: parseMoney('9') };
  const { metrics, samples } = metricsOf([call(1, {}, { total: undefined, status: 'unpriced', native }), call(2)]);
  expect(sumOf(samples, 'costspan_cost_usd_total')).toBe(parseMoney('0.001'));
  expect(metrics.foreignCalls).toBe(1);
});

test('what the provider said and what the cards say of the same calls stand side by side', () => {
  const computed = { status: 'priced', total: parseMoney('0.9'), currency: 'USD', lines: [] } as const;
  const reported = { status: 'provider_reported', total: parseMoney('1'), computed } as const;
  const { samples } = metricsOf([
    call(1, {}, reported),
    call(2, {}, reported),
    call(3, {}, { ...reported, computed: { ...computed, total: undefined } }),
    call(4),
  ]);
  expect(values(samples, 'costspan_reported_cost_usd_total')).toEqual({ 'openai gpt-4o-mini': '2' });
  expect(values(samples, 'costspan_computed_cost_usd_total')).toEqual({ 'openai gpt-4o-mini': '1.8' });
});

test('durations and times to the first token are classic histograms in seconds', () => {
  const { samples } = metricsOf(
    [
      call(1, { durationUs: 100_000 }),
      call(2, { durationUs: 100_001 }),
      call(3, { durationUs: 400_000_000, timeToFirstChunkUs: 250_000 }),
    ],
    { labels: {} },
  );
  const duration = values(samples, 'costspan_call_duration_seconds_bucket');
  expect(duration).toMatchObject({ '0.1': '1', '0.25': '2', '300': '2', '+Inf': '3' });
  expect(values(samples, 'costspan_call_duration_seconds_sum')).toEqual({ '': '400.200001' });
  expect(values(samples, 'costspan_time_to_first_token_seconds_count')).toEqual({ '': '1' });
});

const CUSTOMERS = 100_000;

test('100,000 customers make a bounded number of series, and every total stays exact', () => {
  const costs = Array.from({ length: CUSTOMERS }, (_, n) => attoFromInteger(BigInt(n) * 1_000_003n + 1n));
  const { metrics, samples } = metricsOf(
    costs.map((total, n) => call(n, { tags: { customer_id: `customer_${n}`, team: `team_${n % 7}` } }, { total })),
  );
  const { customer_id: customersMax } = DEFAULT_METRICS.labels;
  const named = samples.filter(({ name }) => name === 'costspan_cost_usd_total');
  expect(named.length).toBeLessThanOrEqual(customersMax + 7);
  expect(sumOf(samples, 'costspan_cost_usd_total')).toBe(costs.reduce((sum, cost) => (sum + cost) as Atto));
  expect(sumOf(samples, 'costspan_calls_total')).toBe(BigInt(CUSTOMERS));
  expect(metrics.overflowedCalls).toBe(CUSTOMERS - customersMax);
  expect(samples.filter(({ name }) => name === 'costspan_call_duration_seconds_count').length).toBeLessThanOrEqual(
    DEFAULT_METRICS.histogramSeriesMax,
  );
  expect(sumOf(samples, 'costspan_call_duration_seconds_count')).toBe(BigInt(CUSTOMERS));
});

describe('when series run out', () => {
  const many = Array.from({ length: 3000 }, (_, n) =>
    call(n, {
      requestModel: `gpt-${n % 3}`,
      tags: { customer_id: `c${n}`, feature_name: `f${n % 50}`, environment: n % 2 === 0 ? 'prod' : 'test' },
    }),
  );

  test('a call keeps its provider, model, operation and environment', () => {
    const { samples } = metricsOf(many, { seriesMax: 200, histogramSeriesMax: 100 });
    const folded = samples.filter(
      ({ name, labels }) => name === 'costspan_calls_total' && labels['feature_name'] === '(other)',
    );
    expect(folded.map(({ labels }) => `${labels['model']} ${labels['environment']}`).sort()).toEqual(
      ['gpt-0', 'gpt-1', 'gpt-2'].flatMap((model) => [`${model} prod`, `${model} test`]),
    );
    expect(sumOf(samples, 'costspan_calls_total')).toBe(3000n);
  });

  test.each([1, 2, 10])('%i series are enough for every total', (seriesMax) => {
    const { samples } = metricsOf(many, { seriesMax, histogramSeriesMax: seriesMax });
    expect(samples.filter(({ name }) => name === 'costspan_cost_usd_total').length).toBeLessThanOrEqual(seriesMax);
    expect(sumOf(samples, 'costspan_cost_usd_total')).toBe(parseMoney('3'));
  });
});

test('names nobody vouches for cannot use up the places of models that have a price', () => {
  const junk = Array.from({ length: 1000 }, (_, n) => {
    const made = madeCall({ n, cost: undefined });
    return { ...made, call: { ...made.call, requestModel: `junk-${n}` } };
  });
  const { samples } = metricsOf([...junk, ...[1, 2, 3].map((n) => call(n, { requestModel: `real-${n}` }))], {
    labels: { model: 8 },
  });
  expect(Object.keys(values(samples, 'costspan_cost_usd_total')).sort()).toEqual(['real-1', 'real-2', 'real-3']);
  expect(samples.filter(({ name }) => name === 'costspan_unpriced_calls_total').length).toBeLessThanOrEqual(501);
  expect(sumOf(samples, 'costspan_unpriced_calls_total')).toBe(1000n);
});

test('however the bounds are set, groups of any label add up to the total', () => {
  const few = fc.constantFrom('a', 'b', 'c', 'd', '(other)', '(untagged)', 'ä"\\\n', '');
  const made = fc.record({ model: few, customer: few, feature: few, cost: fc.bigInt({ min: 0n, max: 10n ** 21n }) });
  const bounds = fc.record({ a: fc.nat(4), b: fc.nat(4), c: fc.nat(4), seriesMax: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(fc.array(made, { maxLength: 60 }), bounds, (rows, { a, b, c, seriesMax }) => {
      const { samples } = metricsOf(
        rows.map(({ model, customer, feature, cost }, n) =>
          call(
            n,
            { requestModel: model, tags: { customer_id: customer, feature_name: feature } },
            { total: attoFromInteger(cost) },
          ),
        ),
        { labels: { model: a, customer_id: b, feature_name: c }, seriesMax, histogramSeriesMax: seriesMax },
      );
      expect(sumOf(samples, 'costspan_cost_usd_total')).toBe(rows.reduce((sum, { cost }) => sum + cost, 0n));
      expect(sumOf(samples, 'costspan_tokens_total', { meter: 'input_tokens' })).toBe(BigInt(rows.length * 10));
      expect(sumOf(samples, 'costspan_call_duration_seconds_count')).toBe(BigInt(rows.length));
    }),
  );
});

test('amounts are written as exact decimals', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (atto) => {
      expect(parseMoney(decimalText(atto, 18))).toBe(atto);
    }),
  );
});

const promtool = spawnSync('promtool', ['--version']);

if (promtool.error !== undefined && process.env['COSTSPAN_REQUIRE_ALL'] !== '1') {
  test.skip('promtool finds nothing to complain about — needs promtool: apt-get install prometheus', () => {});
} else {
  test('promtool finds nothing to complain about', () => {
    const hostile = 'a"} 1\nevil_total 9\\';
    const { text } = metricsOf([
      call(1, { requestModel: hostile, timeToFirstChunkUs: 5 }),
      madeCall({ n: 2, cost: undefined }),
    ]);
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect(checked.error, 'promtool: apt-get install prometheus').toBeUndefined();
    expect(checked.stdout + checked.stderr).toBe('');
    expect(checked.status).toBe(0);
  });
}
