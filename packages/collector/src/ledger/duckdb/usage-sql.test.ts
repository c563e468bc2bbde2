import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { METRICS } from '../../query/metrics.ts';
import { parseUsageQuery } from '../../query/parse-usage-query.ts';
import type { UsageResult } from '../../query/usage-query.ts';
import { batches, hourQuery, usageQuery } from '../random-calls.contract.ts';
import { openReferenceLedger } from '../reference-ledger.contract.ts';
import { metricSql } from '../sql/metric-sql.ts';
import { usageSql } from '../sql/usage-sql.ts';
import { duckDbDialect as dialect } from './duck-db-dialect.ts';
import { type DuckDbLedger, openDuckDbLedger } from './open-duck-db-ledger.ts';

const NOW_US = Date.UTC(2026, 10, 23, 12) * 1000;
/** The suite that misses nothing takes its time. */
const RUNS = process.env['COSTSPAN_REQUIRE_ALL'] === '1' ? 40 : 10;
const memory = () => openDuckDbLedger({ path: ':memory:', nowUs: () => NOW_US, rollUpIntervalMs: 0, groupAgeMaxMs: 0 });

/** Texts that would show in a statement: no word of ours, and quotes that would end a literal. */
const foreign = fc
  .string({ unit: fc.constantFrom("'", '"', '$', ';', '-', '\\', 'Ü', '🚀', '%'), minLength: 1 })
  .map((text) => `ʘ${text}`);

test('no text, number or key of a question is in the statement, only placeholders', () => {
  const key = fc.string({ unit: fc.constantFrom('q', 'z', '9', '_'), maxLength: 20 }).map((text) => `qz${text}`);
  const op = fc.constantFrom('eq', 'neq', 'in', 'not_in', 'starts_with', 'ends_with', 'contains', 'not_contains');
  const conditions = fc.array(fc.record({ key, op, text: foreign }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      conditions,
      fc.array(key, { maxLength: 3 }),
      foreign,
      fc.integer({ min: 777_000, max: 777_999 }),
      (filters, keys, tag, bound) => {
        const query = parseUsageQuery({
          from: '2026-11-01T00:00:00Z',
          to: '2026-12-01T00:00:00Z',
          metrics: METRICS,
          groupBy: [...new Set(keys)].map((each) => `tag.${each}`),
          filters: [
            ...filters.map((each) => ({
              field: `tag.${each.key}`,
              op: each.op,
              value: each.op.endsWith('in') ? [each.text] : each.text,
            })),
            {
              any: [
                { all: [{ field: 'customer_id', op: 'eq', value: tag }] },
                { field: 'cost', op: 'gt', value: bound },
              ],
            },
          ],
          compare: 'previous_year',
        });
        const used = METRICS.map((metric) => metricSql(metric, dialect));
        const state = {
          rolledToUs: query.fromUs,
          callsFromUs: query.fromUs + 3_600_000_000,
          deletedUs: 0,
          dataFromUs: 0,
        };
        const plan = {
          dialect,
          state,
          source: 'calls',
          metrics: used,
          order: metricSql('cost', dialect),
          used,
        } as const;
        const { sql, params } = usageSql(query, plan);
        expect(sql).not.toMatch(/ʘ|qz|777\d\d\d/);
        for (const text of [tag, ...filters.flatMap((each) => [each.key, each.text]), ...keys])
          expect(params.values).toContain(text);
      },
    ),
  );
});

test('every answer from the sums by hour equals the one from the calls', async () => {
  let fromHours = 0;
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.array(hourQuery, { minLength: 4, maxLength: 4 }),
      fc.nat(4),
      async (sent, queries, rolledAt) => {
        const [tested, reference] = [await memory(), openReferenceLedger(() => NOW_US)];
        try {
          for (const [index, batch] of sent.entries()) {
            await Promise.all([tested.append(batch), reference.append(batch)]);
            if (index === rolledAt % sent.length) await tested.rollUp();
          }
          for (const query of queries) {
            const answer = await tested.query(query);
            if (answer.source === 'roll-up') fromHours += 1;
            expect(answer).toEqual({ ...(await reference.query(query)), source: answer.source });
          }
        } finally {
          await tested.close();
        }
      },
    ),
    { numRuns: RUNS },
  );
  // Where nothing was rolled up yet there is nothing to ask.
  expect(fromHours).toBeGreaterThan(2 * RUNS);
});

test('rolling up changes no answer, whatever is asked', async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.array(usageQuery, { minLength: 3, maxLength: 3 }), async (sent, queries) => {
      const tested = await memory();
      try {
        for (const batch of sent) await tested.append(batch);
        const before = await all(tested, queries);
        await tested.rollUp();
        expect(await all(tested, queries)).toEqual(before);
      } finally {
        await tested.close();
      }
    }),
    { numRuns: RUNS },
  );
});

async function all(ledger: DuckDbLedger, queries: readonly Parameters<DuckDbLedger['query']>[0][]): Promise<object[]> {
  const answers: object[] = [];
  for (const query of queries) {
    const { source: _, ...answer }: UsageResult = await ledger.query(query);
    answers.push(answer);
  }
  return answers;
}

test.each([
  ['a user', { groupBy: ['user'] }],
  ['a tag of one’s own', { groupBy: ['plan'] }],
  ['a percentile', { metrics: ['duration_ms_p95'] }],
  ['users', { metrics: ['users'] }],
  ['a filter by a number', { filters: [{ field: 'cost', op: 'gt', value: 1 }] }],
  ['minutes', { grain: 'minute' }],
  ['half an hour', { to: '2026-11-01T10:30:00Z' }],
  ['a zone off the hour', { grain: 'day', timezone: 'Asia/Kathmandu' }],
  ['a knowledge time long ago', { asOf: '2026-11-02T00:00:00Z' }],
])('%s is asked of the calls', async (_, asked) => {
  expect((await shared.query(parseUsageQuery({ ...hour, ...asked }))).source).toBe('calls');
});

test.each([
  ['a total', {}],
  ['days in Berlin', { grain: 'day', timezone: 'Europe/Berlin' }],
  ['distinct customers by model', { metrics: ['customers'], groupBy: ['model'] }],
  ['a comparison', { compare: 'previous_period' }],
  ['a zone off the hour without a grain', { timezone: 'Asia/Kathmandu' }],
])('%s is asked of the sums by hour', async (_, asked) => {
  expect((await shared.query(parseUsageQuery({ ...hour, ...asked }))).source).toBe('roll-up');
});

const hour = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', metrics: ['calls', 'cost'] };
let shared: DuckDbLedger;
beforeAll(async () => {
  shared = await memory();
  await shared.append((fc.sample(batches, { numRuns: 1, seed: 3 })[0] ?? []).flat());
  await shared.rollUp();
});
afterAll(() => shared.close());
