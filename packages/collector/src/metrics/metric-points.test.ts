import { attoFromInteger } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { madeCall } from '../ledger/made-call.contract.ts';
import { CallMetrics } from './call-metrics.ts';
import { MetricPoints, type PushedMetric } from './metric-points.ts';
import { DEFAULT_METRICS } from './metrics-config.ts';

/** Adds up what pushes told, by series, each number as the exact value of its double in units of 10⁻¹⁸. */
class Receiver {
  readonly sums = new Map<string, bigint>();

  take(metrics: readonly PushedMetric[]): void {
    for (const metric of metrics) {
      for (const point of metric.points) {
        const key = `${metric.name}{${point.labels.text}}`;
        if ('value' in point) this.#add(key, point.value);
        else {
          this.#add(`${key} sum`, point.sum);
          this.#add(`${key} count`, point.count);
          for (const [bucket, count] of point.counts.entries()) this.#add(`${key} ${bucket}`, count);
        }
      }
    }
  }

  #add(key: string, value: number): void {
    const atto = BigInt(value.toFixed(18).replace('.', ''));
    if (atto !== 0n) this.sums.set(key, (this.sums.get(key) ?? 0n) + atto);
  }
}

const DOUBLE_DIGITS = 10n ** 15n;

test('deltas add up to the cumulative sums, whichever pushes fail', () => {
  const step = fc.record({
    calls: fc.array(
      fc.record({ customer: fc.nat(3), cost: fc.bigInt({ min: 0n, max: 10n ** 19n }), ms: fc.nat(400_000) }),
      { maxLength: 5 },
    ),
    arrives: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const calls = new CallMetrics(DEFAULT_METRICS);
      const delta = new MetricPoints('delta');
      const received = new Receiver();
      let n = 0;
      for (const { calls: made, arrives } of [...steps, { calls: [], arrives: true }]) {
        for (const { customer, cost, ms } of made) {
          n += 1;
          const priced = madeCall({ n, tags: { customer_id: `c${customer}` } });
          calls.add({
            call: { ...priced.call, durationUs: ms * 1000 + 1 },
            cost: { ...priced.cost, total: attoFromInteger(cost) },
          });
        }
        const push = delta.next(calls.families());
        if (!arrives) continue;
        received.take(push.metrics);
        push.arrived();
      }
      const whole = new Receiver();
      whole.take(new MetricPoints('cumulative').next(calls.families()).metrics);
      expect([...received.sums.keys()].sort()).toEqual([...whole.sums.keys()].sort());
      for (const [key, sum] of whole.sums) {
        const gap = (received.sums.get(key) ?? 0n) - sum;
        // The last digit of one double, and not one for every push.
        expect((gap < 0n ? -gap : gap) <= sum / DOUBLE_DIGITS + 1n, `${key}: ${gap}`).toBe(true);
        if (/_calls_|_tokens_|count$/.test(key)) expect(gap).toBe(0n);
      }
    }),
  );
});

test('a delta has only what is new, and nothing when nothing is', () => {
  const calls = new CallMetrics(DEFAULT_METRICS);
  const points = new MetricPoints('delta');
  calls.add(madeCall({ n: 1, tags: { customer_id: 'a' } }));
  calls.add(madeCall({ n: 2, tags: { customer_id: 'b' } }));
  points.next(calls.families()).arrived();
  expect(points.next(calls.families()).metrics).toEqual([]);
  calls.add(madeCall({ n: 3, tags: { customer_id: 'b' } }));
  const { metrics } = points.next(calls.families());
  expect(
    metrics.flatMap(({ points: told }) => told.map(({ labels }) => labels.text)).every((text) => text.includes('"b"')),
  ).toBe(true);
  expect(metrics.find(({ name }) => name === 'costspan_calls_total')?.points).toMatchObject([{ value: 1 }]);
});

/**
 * The name that OTLP metrics get in Prometheus, by strategy. Source: prometheus/otlptranslator: dots become underscores,
 * a unit is appended unless the name has it, and a counter ends in one `_total`, but not where suffixes are off.
 */
function prometheusName(name: string, unit: string, isCounter: boolean, withSuffixes: boolean): string {
  const tokens = name.split(/[^a-zA-Z0-9:]+/).filter((token) => token !== '');
  if (!withSuffixes) return tokens.join('_');
  if (unit !== '' && !tokens.includes(unit)) tokens.push(unit);
  return isCounter ? [...tokens.filter((token) => token !== 'total'), 'total'].join('_') : tokens.join('_');
}

test('metrics that are pushed have the same name in Prometheus as those that are scraped, in every strategy', () => {
  const calls = new CallMetrics(DEFAULT_METRICS);
  const families = calls.families();
  expect(families.length).toBeGreaterThan(6);
  for (const { name, kind } of families) {
    for (const withSuffixes of [true, false]) {
      expect(prometheusName(name, '', kind === 'counter', withSuffixes)).toBe(name);
    }
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  }
});
