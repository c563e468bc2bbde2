import { expect, test } from 'vitest';
import { LIMIT_MAX, NEW_QUERY, wholeQuery } from './ledger-query.ts';
import { questionOf } from './question-of.ts';

const DAY_MS = 86_400_000;
const FROM_MS = Date.parse('2026-11-01T00:00:00Z');
const asked = { fromMs: FROM_MS, toMs: FROM_MS + 30 * DAY_MS, timezone: 'Europe/Berlin' };
const keep = (text: string) => text;

test('a query is a question of the chosen time, largest first', () => {
  const query = { ...NEW_QUERY, metrics: ['calls', 'cost'], groupBy: ['team'], limit: 5 };
  expect(questionOf(query, asked, keep)).toEqual({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
    timezone: 'Europe/Berlin',
    grain: 'day',
    metrics: ['calls', 'cost'],
    groupBy: ['team'],
    filters: [],
    orderBy: { field: 'calls', direction: 'desc' },
    limit: 5,
  });
});

test.each([
  [1, 'hour'],
  [30, 'day'],
  [200, 'week'],
])('auto follows the length of the time: %i days by %s', (days, grain) => {
  expect(questionOf(NEW_QUERY, { ...asked, toMs: FROM_MS + days * DAY_MS }, keep).grain).toBe(grain);
});

test('a time of no length is still a question', () => {
  const { from, to } = questionOf(NEW_QUERY, { ...asked, toMs: FROM_MS }, keep);
  expect(Date.parse(to)).toBeGreaterThan(Date.parse(from));
});

test.each([
  [undefined, 20],
  [Number.NaN, 20],
  [0, 1],
  [7.4, 7],
  [1e9, LIMIT_MAX],
])('%s rows are %i', (limit, rows) => {
  expect(wholeQuery(limit === undefined ? {} : { limit }).limit).toBe(rows);
});
