import { expect, test } from 'vitest';
import { madeCall } from '../ledger/made-call.contract.ts';
import { MeteringLag } from './metering-lag.ts';
import { parsePrometheusText } from './prometheus-text.contract.ts';
import { prometheusText } from './prometheus-text.ts';

test('lag counts from the end of a call, and a sender’s clock that runs ahead makes none', () => {
  const lag = new MeteringLag();
  const made = madeCall({ n: 1 });
  const call = { ...made, call: { ...made.call, startedAtUs: 10_000_000, durationUs: 2_000_000 } };
  lag.add(call, 15_000_000);
  lag.add(call, 5_000_000);
  const samples = parsePrometheusText(prometheusText(lag.families()));
  const value = (name: string, le?: string) =>
    samples.find((sample) => sample.name.endsWith(name) && sample.labels['le'] === le)?.value;
  expect([value('_bucket', '1'), value('_bucket', '2'), value('_bucket', '5')]).toEqual(['1', '1', '2']);
  expect([value('_sum'), value('_count')]).toEqual(['3', '2']);
});
