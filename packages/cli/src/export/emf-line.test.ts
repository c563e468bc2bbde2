import { expect, test } from 'vitest';
import { emfLine } from './emf-line.ts';

const ROW = {
  time: '2026-10-01T00:00:00.000Z',
  customer_id: 'acme',
  calls: 3,
  cost: '0.000000000000000001',
  input_tokens: null,
};

test('a line names its metrics, their units and dimensions, and holds each of them', () => {
  const line = JSON.parse(emfLine(ROW, ['customer_id'], 'Costspan') ?? '') as Record<string, unknown>;
  const { Timestamp, CloudWatchMetrics } = line['_aws'] as {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  expect(Timestamp).toBe(Date.UTC(2026, 9, 1));
  const [directive] = CloudWatchMetrics;
  expect(directive?.Namespace).toMatch(/^[^:][\w.\-/#:]{0,254}$/);
  for (const name of directive?.Dimensions.flat() ?? []) expect(line[name]).toMatch(/^[\s\S]{1,1024}$/);
  for (const { Name, Unit } of directive?.Metrics ?? []) {
    expect(typeof line[Name]).toBe('number');
    expect(['Count', 'None']).toContain(Unit);
  }
  expect(directive?.Metrics.map(({ Name }) => Name)).toEqual(['Calls', 'CostUsd']);
  expect(line['cost_usd_exact']).toBe('0.000000000000000001');
});

test('what is unknown is left out, and a line of nothing is none', () => {
  expect(emfLine({ ...ROW, cost: null }, [], 'Costspan')).not.toContain('CostUsd');
  expect(emfLine({ time: ROW.time }, [], 'Costspan')).toBe(undefined);
});
