import { expect, test } from 'vitest';
import type { DriversAnswer } from '../api/drivers-answer.ts';
import type { Budget } from '../api/quota-answer.ts';
import { eventFrame } from './event-frame.ts';
import { PERIODS_MAX, periodsOf, priceChanges } from './price-changes.ts';
import { quotaEvents } from './quota-events.ts';
import { quotaFrame } from './quota-frame.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');

const budget = (over: Partial<Budget> = {}): Budget => ({
  rule_id: 'free',
  limit_id: 'a',
  unit: 'cost',
  per: 'month',
  mode: 'enforce',
  bucket: { customer_id: 'acme' },
  window: { id: '2026-11', starts_at: '2026-11-01T00:00:00Z', resets_at: '2026-12-01T00:00:00Z', timezone: 'UTC' },
  limit: '0.50',
  used: '0.420000000000000001',
  reserved: '0',
  remaining: '0.08',
  used_ratio: 0.84,
  pace_ratio: 0.7,
  state: 'at_risk',
  burn_rates: [],
  projected: null,
  overrun_probability: null,
  exhausts_at: '2026-11-26T06:00:00Z',
  alarms: [],
  ...over,
});

test('a budget keeps its amounts to the last digit', () => {
  const frame = quotaFrame('A', [budget(), budget({ exhausts_at: null })]);
  const values = Object.fromEntries(frame.fields.map((field) => [field.name, field.values]));
  expect(values).toMatchObject({
    bucket: ['customer_id=acme', 'customer_id=acme'],
    used: ['0.420000000000000001', '0.420000000000000001'],
    used_ratio: [0.84, 0.84],
    exhausts_at: [Date.parse('2026-11-26T06:00:00Z'), null],
  });
});

test('windows that begin and limits that are used up are marked, and only in the chosen time', () => {
  const all = quotaEvents([budget()], NOW_MS, NOW_MS - 60 * DAY_MS, NOW_MS + 60 * DAY_MS);
  expect(all.map(({ title, text }) => [title, text])).toEqual([
    ['customer_id=acme · free begins anew', '0.420000000000000001 of 0.50 cost per month'],
    ['customer_id=acme · free will be used up at this rate', '0.420000000000000001 of 0.50 cost per month'],
  ]);
  expect(quotaEvents([budget()], NOW_MS, NOW_MS - DAY_MS, NOW_MS)).toEqual([]);
  const past = budget({ exhausts_at: '2026-11-23T11:00:00Z' });
  expect(quotaEvents([past], NOW_MS, NOW_MS - DAY_MS, NOW_MS)[0]?.title).toBe('customer_id=acme · free is used up');
});

test('a price that changed is marked with its amount; a different mix is not', () => {
  const group = (model: string, price: string): DriversAnswer['groups'][number] => ({
    group: { provider: 'openai', model },
    before: '10',
    after: '12',
    change: '2',
    effects: { price, volume: '1' },
  });
  const events = priceChanges(
    { fromMs: NOW_MS, toMs: NOW_MS + DAY_MS },
    {
      groups: [
        group('dear', '0.5'),
        group('cheap', '-0.25'),
        group('same', '0.0999'),
        { ...group('new', '1'), before: '0' },
      ],
    },
  );
  expect(events.map(({ atMs, title }) => [atMs, title])).toEqual([
    [NOW_MS, 'openai dear: prices up'],
    [NOW_MS, 'openai cheap: prices down'],
  ]);
  expect(events[0]?.text).toContain('0.5 USD against the period before, 5.0 % of it');
});

test.each([1, 7, 31, 32, 90, 400])('%i days are whole in at most as many questions as are asked', (days) => {
  const periods = periodsOf({ fromMs: NOW_MS, toMs: NOW_MS + days * DAY_MS });
  expect(periods.length).toBeLessThanOrEqual(PERIODS_MAX);
  expect([periods[0]?.fromMs, periods.at(-1)?.toMs]).toEqual([NOW_MS, NOW_MS + days * DAY_MS]);
  for (const [index, period] of periods.slice(1).entries()) expect(period.fromMs).toBe(periods[index]?.toMs);
});

test('marks are in order of time, under the names that Grafana looks for', () => {
  const made = (atMs: number) => ({ atMs, title: String(atMs), text: '', tags: ['quota'] });
  const { fields } = eventFrame('A', [made(2), made(1)]);
  expect(fields.map(({ name }) => name)).toEqual(['time', 'title', 'text', 'tags']);
  expect(fields[0]?.values).toEqual([1, 2]);
});
