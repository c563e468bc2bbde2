import { expect, test } from 'vitest';
import type { UsageRow } from '../api/usage-answer.ts';
import { NEW_QUERY } from './ledger-query.ts';
import { usageFrames } from './usage-frames.ts';

const rows = (...list: readonly UsageRow[]) => list.map((now) => ({ now, before: null }));
const values = (frame: ReturnType<typeof usageFrames>[number] | undefined) =>
  Object.fromEntries((frame?.fields ?? []).map(({ name, type, values: all }) => [name, [type, ...all]]));

test('a table shows money to the last digit, and unknown as nothing', () => {
  const query = { ...NEW_QUERY, grain: 'none', metrics: ['cost', 'calls'], groupBy: ['customer_id'] } as const;
  const [frame] = usageFrames(
    'A',
    { ...query, metrics: [...query.metrics], groupBy: [...query.groupBy] },
    rows(
      { customer_id: 'acme', cost: '12.000000000000000001', calls: 3 },
      { customer_id: '(untagged)', cost: null, calls: 1 },
    ),
  );
  expect(values(frame)).toEqual({
    customer_id: ['string', 'acme', '(untagged)'],
    cost: ['string', '12.000000000000000001', null],
    calls: ['number', 3, 1],
  });
  // Else a panel's unit makes 12 of it.
  expect(frame?.fields.map(({ config }) => config.unit)).toEqual([undefined, 'string', undefined]);
});

test.each(['cost', 'list_cost', 'cost_per_call', 'margin', 'cache_read_cost'])('%s is money', (metric) => {
  const query = { ...NEW_QUERY, grain: 'none' as const, metrics: [metric], groupBy: ['model'] };
  const [frame] = usageFrames('A', query, rows({ model: 'm', [metric]: '0.1' }));
  expect(frame?.fields[1]?.values).toEqual(['0.1']);
});

test('a single number is a number, which stats can draw', () => {
  const [frame] = usageFrames('A', { ...NEW_QUERY, grain: 'none' }, rows({ cost: '1.5' }));
  expect(values(frame)).toEqual({ cost: ['number', 1.5] });
});

test('over time each group is a series with its name and its labels', () => {
  const query = { ...NEW_QUERY, grain: 'hour' as const, groupBy: ['provider', 'model'] };
  const frames = usageFrames(
    'B',
    query,
    rows(
      { time: '2026-11-23T10:00:00Z', provider: 'openai', model: 'gpt-4o', cost: '1' },
      { time: '2026-11-23T10:00:00Z', provider: 'anthropic', model: 'claude', cost: '2' },
      { time: '2026-11-23T11:00:00Z', provider: 'openai', model: 'gpt-4o', cost: null },
    ),
  );
  expect(
    frames.map(({ refId, length, fields: [, field] }) => [
      refId,
      length,
      field?.config.displayNameFromDS,
      field?.labels,
    ]),
  ).toEqual([
    ['B', 2, 'openai gpt-4o', { provider: 'openai', model: 'gpt-4o' }],
    ['B', 1, 'anthropic claude', { provider: 'anthropic', model: 'claude' }],
  ]);
  expect(values(frames[0])).toEqual({
    time: ['time', Date.parse('2026-11-23T10:00:00Z'), Date.parse('2026-11-23T11:00:00Z')],
    cost: ['number', 1, null],
  });
});

test('several metrics have names of their own', () => {
  const query = { ...NEW_QUERY, grain: 'day' as const, metrics: ['cost', 'calls'], groupBy: ['team'] };
  const [frame] = usageFrames('A', query, rows({ time: '2026-11-23T00:00:00Z', team: 'core', cost: '1', calls: 2 }));
  expect(frame?.fields.slice(1).map(({ config }) => config.displayNameFromDS)).toEqual(['core cost', 'core calls']);
});

test('no rows are an empty table, and no series', () => {
  expect(usageFrames('A', { ...NEW_QUERY, grain: 'none' }, [])[0]?.length).toBe(0);
  expect(usageFrames('A', { ...NEW_QUERY, grain: 'day' }, [])).toEqual([]);
});
