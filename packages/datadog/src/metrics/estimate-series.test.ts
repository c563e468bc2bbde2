import { expect, test } from 'vitest';
import { estimateSeries } from './estimate-series.ts';

const seriesOf = (metric: string, input: Parameters<typeof estimateSeries>[0]) =>
  estimateSeries(input).find((one) => one.metric === metric)?.series;

test('2,000 customers, 6 models and 2 environments are 24,000 series of a count and 120,000 of a distribution', () => {
  const input = { labels: { customer_id: 2000, model: 6, environment: 2 } };
  expect(seriesOf('costspan_cost_usd_total', input)).toBe(24_000);
  expect(seriesOf('costspan_call_duration_seconds', input)).toBe(120_000);
  expect(seriesOf('costspan_call_duration_seconds', { ...input, percentiles: true })).toBe(240_000);
});

test('meters, outcomes and hosts multiply; combinations that do not occur are not counted', () => {
  expect(seriesOf('costspan_tokens_total', { labels: { model: 10 }, meters: 4 })).toBe(40);
  expect(seriesOf('costspan_calls_total', { labels: { model: 10 }, outcomes: 3, hosts: 2 })).toBe(60);
  expect(seriesOf('costspan_cost_usd_total', { labels: { model: 10, team: 10 }, density: 0.25 })).toBe(25);
});
