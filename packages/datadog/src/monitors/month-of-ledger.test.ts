import { openDuckDbLedger } from '@costspan/collector';
import { baseBook, priceCall } from '@costspan/pricing';
import { MemoryStore, parseRules, Quota, quotaStatus } from '@costspan/quota';
import { type CallRecord, parseMoney } from '@costspan/usage';
import { expect, test } from 'vitest';
import { executive } from '../dashboards/executive.ts';
import { DEFAULT_LABELS } from '../metrics/call-labels.ts';
import { CallMeter } from '../metrics/call-meter.ts';
import { DEFAULT_VARIABLES } from '../provision/variables.ts';
import { monitorJson } from './monitor.ts';
import { SPEND_MONITORS } from './spend.ts';

// What Datadog adds up from the counts it was sent, and what the quota gauge says, beside what the ledger itself says.

const ZONE = 'America/New_York';
const FROM = Date.parse('2026-10-16T00:00:00Z');
const TO = Date.parse('2026-11-20T00:00:00Z');
const STEP_MS = 293 * 60_000;
/** Midnight in New York: summer time until the first of November, and so on its morning still. */
const MONTHS = ['2026-10-01T04:00:00Z', '2026-11-01T04:00:00Z'].map((instant) => Date.parse(instant));
const ANCHORS = ['2026-09-17T04:00:00Z', '2026-10-17T04:00:00Z', '2026-11-17T05:00:00Z'].map((instant) =>
  Date.parse(instant),
);
const CUSTOMERS = ['acme', 'globex'];
const variables = { ...DEFAULT_VARIABLES, timezone: ZONE, customerMonthUsd: 0.1 };

const RULES = parseRules(
  `
format: costspan.quota/1
timezone: ${ZONE}
month_day: 17
rules:
  - id: customer-month
    applies_per: [customer_id]
    limits: [{ cost: "1.00", per: month }]
`,
  'quota.yaml',
);

/** A call each 293 minutes, of the two customers in turn, each with other counts. */
const CALLS: readonly CallRecord[] = Array.from({ length: Math.floor((TO - FROM) / STEP_MS) }, (_, index) => ({
  traceId: (index + 1).toString(16).padStart(32, '0'),
  spanId: (index + 1).toString(16).padStart(16, '0'),
  startedAtUs: (FROM + index * STEP_MS) * 1000,
  durationUs: 1000,
  provider: 'openai',
  operation: 'chat',
  requestModel: 'gpt-4o',
  usage: { meters: { input_tokens: 1001 + index * 7, output_tokens: 53 + index }, status: 'reported' },
  context: {},
  outcome: 'ok',
  tags: { customer_id: CUSTOMERS[index % 2] as string },
}));

test('month to date, monthly budgets and quota gauges are what the ledger says of their periods, and reset once', async () => {
  let nowMs = FROM;
  const ledger = await openDuckDbLedger({ path: ':memory:', nowUs: () => nowMs * 1000, rollUpIntervalMs: 0 });
  const points: { readonly atMs: number; readonly customer: string; readonly dollars: number }[] = [];
  const meter = new CallMeter({
    labels: DEFAULT_LABELS,
    onCollision: () => undefined,
    sink: () => ({
      name: 'otel',
      gauge: () => undefined,
      seconds: () => undefined,
      count: (name, dollars, labels) => {
        const customer = labels['customer_id'] ?? '';
        if (name === 'costspan_cost_usd_total') points.push({ atMs: nowMs, customer, dollars });
      },
    }),
  });
  const quota = new Quota({ rules: RULES, store: new MemoryStore() });

  /** What each customer spent since an instant, by the ledger. */
  const spentSince = async (sinceMs: number): Promise<ReadonlyMap<string, bigint>> => {
    const { rows } = await ledger.query({
      fromUs: sinceMs * 1000,
      toUs: nowMs * 1000 + 1,
      timezone: ZONE,
      grain: 'none',
      metrics: ['cost'],
      groupBy: [{ kind: 'column', name: 'customer_id', column: 'customer_id' }],
      filters: [],
      orderBy: { field: 'cost', direction: 'desc' },
      limit: 10,
    });
    return new Map(rows.map((row) => [String(row['customer_id']), parseMoney(String(row['cost']))]));
  };
  /** What a monitor with `sum(current_1mo)` has added up. */
  const monthOf = (customer: string): number =>
    points
      .filter((point) => point.customer === customer && point.atMs >= lastOf(MONTHS, nowMs))
      .reduce((sum, { dollars }) => sum + dollars, 0);

  const book = baseBook();
  const before = new Map<string, number>();
  const resets: number[] = [];
  const crossed = new Set<string>();
  for (const call of CALLS) {
    nowMs = call.startedAtUs / 1000;
    const cost = priceCall(book, call, []);
    await ledger.append([{ call, cost }]);
    meter.add(call, cost);
    const { provider, tags } = call;
    await quota.record(
      call.spanId,
      { provider, model: 'gpt-4o', tags },
      { requests: 1, cost: cost.total as never },
      nowMs,
    );

    const month = await spentSince(lastOf(MONTHS, nowMs));
    for (const customer of CUSTOMERS) {
      const ledgerDollars = Number(month.get(customer) ?? 0n) / 1e18;
      const sent = monthOf(customer);
      expect(sent).toBeCloseTo(ledgerDollars, 9);
      expect(sent > variables.customerMonthUsd).toBe(ledgerDollars > variables.customerMonthUsd);
      if (sent > variables.customerMonthUsd) crossed.add(customer);
      if (sent < (before.get(customer) ?? 0)) resets.push(nowMs);
      before.set(customer, sent);
    }
    const period = await spentSince(lastOf(ANCHORS, nowMs));
    const { budgets } = await quotaStatus(quota, {}, nowMs);
    const used = budgets.map(({ bucket, used: amount }) => [bucket['customer_id'] ?? '', amount] as const);
    expect(new Map(used.filter(([, amount]) => amount > 0n))).toEqual(period);
  }
  await ledger.close();

  expect([...crossed].sort()).toEqual(CUSTOMERS);
  // Each customer's sum fell once: at its month's first evaluation after midnight in New York.
  expect(resets).toHaveLength(CUSTOMERS.length);
  for (const reset of resets) {
    expect(reset).toBeGreaterThanOrEqual(MONTHS[1] as number);
    expect(reset).toBeLessThan((MONTHS[1] as number) + STEP_MS);
  }
});

test('the monthly monitors and the month to date of the dashboards ask for that sum, over that month', () => {
  const monthly = SPEND_MONITORS.filter(({ key }) => key.startsWith('customer-month'));
  expect(monthly).toHaveLength(2);
  for (const source of monthly) {
    expect(monitorJson(source, variables)).toMatchObject({
      query: expect.stringMatching(
        /^sum\(current_1mo\):sum:costspan_cost_usd_total\{\*\} by \{customer_id\}\.as_count\(\) > [\d.]+$/,
      ),
      options: { scheduling_options: { evaluation_window: { day_starts: '00:00', month_starts: 1, timezone: ZONE } } },
    });
  }
  const text = JSON.stringify(executive.widgets(variables));
  expect(text).toMatch(
    /"title":"Month to date".{0,200}"query":"sum:costspan_cost_usd_total\{[^}]*\}\.as_count\(\)","aggregator":"sum".{0,200}"live_span":"month_to_date"/,
  );
});

function lastOf(instants: readonly number[], nowMs: number): number {
  return Math.max(...instants.filter((instant) => instant <= nowMs));
}
