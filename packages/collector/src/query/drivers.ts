import { DRIVERS, type Effects, explainChange, type Spend } from '@costspan/insight';
import { type Atto, formatMoney, parseMoney } from '@costspan/usage';
import type { AskedLedger } from '../access/scoped-ledger.ts';
import { formatInstantUs } from './instants.ts';
import type { DriversQuery } from './parse-drivers-query.ts';
import type { TimeRange } from './periods.ts';
import { previousOf, type UsageRow } from './usage-query.ts';

type EffectTexts = Readonly<Record<keyof Effects, string>>;

/** Why the cost changed, as it goes over the wire. Money is a decimal string. */
export interface DriversAnswer {
  readonly before: PeriodCost;
  readonly after: PeriodCost;
  readonly change: string;
  /** What each driver added or took away. They sum exactly to `change`. */
  readonly effects: EffectTexts;
  /** The same for each group, those of the largest cost now first. They sum exactly to the whole. */
  readonly groups: readonly {
    readonly group: Readonly<Record<string, string>>;
    readonly before: string;
    readonly after: string;
    readonly change: string;
    readonly effects: EffectTexts;
  }[];
  readonly complete_to: string;
}

interface PeriodCost {
  readonly from: string;
  readonly to: string;
  readonly cost: string;
  /** Calls whose cost is known: only they are explained. */
  readonly calls: number;
  readonly unpriced_calls: number;
}

/**
 * Asks the ledger for both periods in one snapshot and takes the change apart. Calls without a known cost are no part of it; they are
 * counted by a question right after, so one that came in between may be among them.
 */
export async function readDrivers(ledger: AskedLedger, query: DriversQuery): Promise<DriversAnswer> {
  const known = { measure: 'cost', op: 'exists' } as const;
  const { rows, total, complete_to } = await ledger.query({ ...query, filters: [...query.filters, known] });
  const counts = await ledger.query({ ...query, metrics: ['unpriced_calls'], groupBy: [] });
  const explained = explainChange(
    rows.map((row) => ({ key: row, before: spendOf(previousOf(row) as UsageRow), after: spendOf(row) })),
  );
  const period = ({ fromUs, toUs }: TimeRange, cost: Atto, values: UsageRow, all: UsageRow): PeriodCost => ({
    from: formatInstantUs(fromUs),
    to: formatInstantUs(toUs),
    cost: formatMoney(cost),
    calls: Number(values['calls']),
    unpriced_calls: Number(all['unpriced_calls']),
  });
  const [before, allBefore] = [previousOf(total) as UsageRow, previousOf(counts.total) as UsageRow];
  return {
    before: period(query.compare, explained.before, before, allBefore),
    after: period(query, explained.after, total, counts.total),
    change: formatMoney(explained.change),
    effects: texts(explained.effects),
    groups: explained.groups.map(({ key, effects, ...amounts }) => ({
      group: Object.fromEntries(query.groupBy.map(({ name }) => [name, String(key[name])])),
      before: formatMoney(amounts.before),
      after: formatMoney(amounts.after),
      change: formatMoney(amounts.change),
      effects: texts(effects),
    })),
    complete_to,
  };
}

function spendOf(row: UsageRow): Spend {
  const count = (name: string): bigint => BigInt(row[name] ?? 0);
  const money = (name: string): Atto => parseMoney(String(row[name] ?? '0'));
  const [cacheRead, cacheWrite] = [count('cache_read_tokens'), count('cache_write_tokens')];
  const fresh = count('input_tokens') - cacheRead - cacheWrite;
  return {
    calls: count('calls'),
    cost: money('cost'),
    tokens: {
      // Counts that contradict each other are no reason for a negative one.
      input: fresh < 0n ? 0n : fresh,
      cache_read: cacheRead,
      cache_write: cacheWrite,
      output: count('output_tokens'),
    },
    costs: {
      input: money('input_cost'),
      cache_read: money('cache_read_cost'),
      cache_write: money('cache_write_cost'),
      output: money('output_cost'),
    },
  };
}

function texts(effects: Effects): EffectTexts {
  return Object.fromEntries(DRIVERS.map((driver) => [driver, formatMoney(effects[driver])])) as EffectTexts;
}
