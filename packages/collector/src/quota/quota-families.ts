import { QUOTA_METRICS, quotaMetrics } from '@costspan/quota';
import { labelSet } from '../metrics/label-set.ts';
import type { GaugePoint, MetricFamily } from '../metrics/metric-family.ts';
import type { BudgetBurn, BurnTable } from './burn-table.ts';
import type { LedgerFeed } from './ledger-feed.ts';
import type { QuotaDesk } from './quota-desk.ts';

export interface QuotaFamiliesOptions {
  readonly desk: QuotaDesk;
  readonly table: BurnTable;
  readonly feed: LedgerFeed;
  /** Most buckets of a limit. */
  readonly bucketsMax: number;
  readonly isStoreAway: () => boolean;
}

/** What quotas look like at `/metrics`: of each limit the buckets that used most of it, and how many there are in all. */
export function quotaFamilies(options: QuotaFamiliesOptions): () => readonly MetricFamily[] {
  let madeOf: readonly BudgetBurn[] | undefined;
  let gauges: readonly MetricFamily[] = [];
  return () => {
    const { desk, table, feed } = options;
    if (madeOf !== table.budgets) {
      madeOf = table.budgets;
      gauges = budgetGauges(table.budgets, options.bucketsMax);
    }
    const { owed, overshootTokens, overshootCost } = desk.figures;
    const none = labelSet([]);
    return [
      ...gauges,
      {
        kind: 'counter',
        name: 'costspan_quota_decisions_total',
        help: 'Calls that asked, by what was decided and why.',
        scale: 0,
        points: [...desk.decisions].map(([outcome, count]) => ({
          labels: labelSet([['outcome', outcome]]),
          value: BigInt(count),
        })),
      },
      {
        kind: 'counter',
        name: 'costspan_quota_overshoot_usd_total',
        help: 'What calls cost above what they had held back: no limit is over by more.',
        scale: 18,
        points: [{ labels: none, value: overshootCost }],
      },
      {
        kind: 'counter',
        name: 'costspan_quota_overshoot_tokens_total',
        help: 'Tokens of calls above what they had held back.',
        scale: 0,
        points: [{ labels: none, value: BigInt(overshootTokens) }],
      },
      gauge('costspan_quota_store_up', 'Whether the counters can be reached.', options.isStoreAway() ? 0 : 1),
      gauge('costspan_quota_owed', 'Operations that the store is yet to be told.', owed),
      gauge('costspan_quota_feed_waiting', 'Calls of the ledger that wait to be counted.', feed.waiting),
    ];
  };
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { kind: 'gauge', name, help, points: [{ labels: labelSet([]), value }] };
}

const HELP = {
  [QUOTA_METRICS.usedRatio]: 'Used and reserved as a share of the limit.',
  [QUOTA_METRICS.burnRate]:
    'How fast a limit is used: 1 uses it up exactly at its end. window="period" is the use projected at the end, as a share of the limit.',
  [QUOTA_METRICS.limit]: 'The limit, in USD, tokens or requests.',
  costspan_quota_reserved: 'What is held back, in USD, tokens or requests.',
} as const;

function budgetGauges(budgets: readonly BudgetBurn[], bucketsMax: number): MetricFamily[] {
  const points = new Map<string, GaugePoint[]>(Object.keys(HELP).map((name) => [name, []]));
  const counts: GaugePoint[] = [];
  for (const group of Map.groupBy(budgets, ({ status }) => `${status.ruleId}|${status.limitId}`).values()) {
    const [{ status: one }] = group as [BudgetBurn];
    const labels = labelSet([
      ['rule', one.ruleId],
      ['unit', one.unit],
      ['per', one.per],
    ]);
    counts.push({ labels, value: group.length });
    const shown = group.length <= bucketsMax ? group : [...group].sort(byRatio).slice(0, bucketsMax);
    for (const { status, burn } of shown) {
      const samples = quotaMetrics(status, burn);
      for (const { name, labels: of, value } of samples) {
        points.get(name)?.push({ labels: labelSet(Object.entries(of)), value });
      }
      const reserved = status.unit === 'cost' ? Number(status.reserved) / 1e18 : Number(status.reserved);
      const of = labelSet(Object.entries(samples[0]?.labels ?? {}));
      points.get('costspan_quota_reserved')?.push({ labels: of, value: reserved });
    }
  }
  return [
    ...Object.entries(HELP).map(
      ([name, help]): MetricFamily => ({ kind: 'gauge', name, help, points: points.get(name) as GaugePoint[] }),
    ),
    {
      kind: 'gauge',
      name: 'costspan_quota_buckets',
      help: 'Buckets of a limit that were used in its window.',
      points: counts,
    },
  ];
}

function byRatio(a: BudgetBurn, b: BudgetBurn): number {
  return b.status.usedRatio - a.status.usedRatio;
}
