import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChartOptions, usageChart } from './usage-chart.ts';
import type { UsageRow } from './usage-table.ts';

const chart = (rows: readonly UsageRow[], over: Partial<ChartOptions>) =>
  usageChart(
    { rows, total: {}, unpriced_calls: 0, complete_to: '' },
    { by: [], metric: 'cost', hasTime: false, columns: 80, ascii: false, ...over },
  );

const groups = [
  { customer_id: 'acme', cost: '10.5', calls: 5 },
  { customer_id: 'globex', cost: '2.625', calls: 2 },
  { customer_id: 'nobody', cost: null, calls: 1 },
  { customer_id: 'credit', cost: '-1', calls: 1 },
];

const days = ['0.1', '0', null, '0.8', '0.45'].map((cost, index) => ({
  time: `2026-11-0${index + 1}T00:00:00Z`,
  cost,
  calls: index === 2 ? 0 : 3,
}));

test('groups are bars to scale; what is unknown has none, what is below zero is lighter', () => {
  expect(chart(groups, { by: ['customer_id'], columns: 50 })).toMatchInlineSnapshot(`
    "cost_usd
    acme    ███████████████████████████████████   10.5
    globex  ████████▊                            2.625
    nobody                                           –
    credit  ░░░                                     -1"
  `);
  expect(chart(groups, { by: ['customer_id'], columns: 50, ascii: true })).toMatchInlineSnapshot(`
    "cost_usd
    acme    ###################################   10.5
    globex  #########                            2.625
    nobody                                           –
    credit  ---                                     -1"
  `);
});

test('a time is columns; a bucket without calls is empty and a zero is not', () => {
  expect(chart(days, { hasTime: true })).toMatchInlineSnapshot(`
    "cost_usd
    0.8                    █████
                           █████
                           █████
                           █████ ▄▄▄▄▄
                           █████ █████
                           █████ █████
                           █████ █████
      0  █████ ▁▁▁▁▁       █████ █████
    5 buckets, 2026-11-01T00:00:00Z to 2026-11-05T00:00:00Z; empty where nothing was recorded"
  `);
});

test('groups over time are lines of levels on one scale', () => {
  const rows = ['acme', 'globex'].flatMap((name, index) =>
    days.map((day) => ({
      ...day,
      customer_id: name,
      cost: day.cost === null ? null : String(Number(day.cost) / (index + 1)),
    })),
  );
  expect(chart(rows, { hasTime: true, by: ['customer_id'] })).toMatchInlineSnapshot(`
    "cost_usd, every line to 0.8
    acme    ▂▁ █▅
    globex  ▁▁ ▅▃
    5 buckets, 2026-11-01T00:00:00Z to 2026-11-05T00:00:00Z; empty where nothing was recorded"
  `);
});

test('more buckets than cells are refused with what to do', () => {
  const rows = Array.from({ length: 200 }, (_, index) => ({ time: String(1000 + index), cost: '1', calls: 1 }));
  expect(chart(rows, { hasTime: true })).toContain('--grain');
});

test('nothing is said to be nothing', () => {
  expect(chart([], {})).toContain('nothing to draw');
});

test('no line is wider than the terminal, whatever the names and values are', () => {
  const row = fc.record({
    team: fc.string({ maxLength: 60 }),
    cost: fc.option(
      fc.integer({ min: -1_000_000, max: 1_000_000_000 }).map((n) => String(n / 1000)),
      { nil: null },
    ),
    calls: fc.nat(9),
  });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 80, max: 200 }),
      fc.boolean(),
      (rows, columns, ascii) => {
        for (const line of chart(rows, { by: ['team'], columns, ascii }).split('\n')) {
          expect(line.length).toBeLessThanOrEqual(columns);
        }
      },
    ),
  );
});

test('plain characters are plain', () => {
  const texts = [chart(groups, { by: ['customer_id'], ascii: true }), chart(days, { hasTime: true, ascii: true })];
  for (const text of texts) expect(text.replaceAll('–', '-')).toMatch(/^[\x20-\x7e\n]*$/);
});
