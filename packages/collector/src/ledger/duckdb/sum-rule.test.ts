import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attoFromInteger, formatMoney } from '@costspan/usage';
import { expect, test } from 'vitest';
import { formatInstantUs } from '../../query/instants.ts';
import { parseUsageQuery } from '../../query/parse-usage-query.ts';
import { GRAINS } from '../../query/usage-query.ts';
import { madeCall } from '../made-call.contract.ts';
import { FROM_US, TO_US, ZONES } from '../random-calls.contract.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';

// Groups = total = plain loops over BigInt, to the last digit, on many random calls; and the sums by hour give the same.

/** `COSTSPAN_SUM_RULE_CALLS=1000000` asks a million; that takes minutes. */
const CALLS = Number(process.env['COSTSPAN_SUM_RULE_CALLS'] ?? 20_000);
const QUERIES = 20;
const BATCH = 4096;
const QUARTER_US = 900_000_000;

const GROUPS = {
  customer_id: ['a', 'b', 'c', 'Zoë', '(untagged)'],
  model: ['gpt-4o', 'gpt-4o-mini', 'o3'],
  team: ['red', 'blue', '(untagged)'],
  plan: ['pro', 'free', '(untagged)'],
  user: Array.from({ length: 50 }, (_, n) => `user-${n}`),
} as const;
type GroupName = keyof typeof GROUPS;
const NAMES = Object.keys(GROUPS) as GroupName[];

/** A call as the oracle keeps it. */
interface Remembered {
  readonly startedAtUs: number;
  readonly groups: Readonly<Record<GroupName, string>>;
  /** 10⁻¹⁸ USD. */
  readonly cost: bigint | undefined;
  readonly tokens: number;
}

test(`${CALLS.toLocaleString('en-US')} random calls, ${QUERIES} random questions: groups = total = oracle, sums by hour = calls`, {
  timeout: 1_800_000,
}, async () => {
  const random = lcg(20_261_123);
  const root = mkdtempSync(join(tmpdir(), 'costspan-sums-'));
  const ledger = await openDuckDbLedger({ path: root, rollUpIntervalMs: 0, groupAgeMaxMs: 0 });
  try {
    const calls: Remembered[] = [];
    while (calls.length < CALLS) {
      const batch = Array.from({ length: Math.min(BATCH, CALLS - calls.length) }, () => remembered(random));
      await ledger.append(batch.map((call, index) => toCall(call, calls.length + index)));
      calls.push(...batch);
    }
    const questions = Array.from({ length: QUERIES }, (_, n) => question(random, n));
    const answers = [];
    for (const asked of questions) {
      const { rows, total, source } = await ledger.query(parseUsageQuery(asked.body));
      expect(source).toBe('calls');
      const expected = oracle(calls, asked);
      expect(total).toEqual(expected.total);
      expect(sorted(rows).join('\n')).toBe(sorted(expected.rows).join('\n'));
      answers.push({ rows, total });
    }
    await ledger.rollUp();
    let fromHours = 0;
    for (const [index, asked] of questions.entries()) {
      const { rows, total, source } = await ledger.query(parseUsageQuery(asked.body));
      if (source === 'roll-up') fromHours += 1;
      expect(JSON.stringify({ rows, total })).toBe(JSON.stringify(answers[index]));
    }
    expect(fromHours).toBeGreaterThan(2);
  } finally {
    await ledger.close();
    rmSync(root, { recursive: true });
  }
});

function remembered(random: () => number): Remembered {
  const of = (name: GroupName) => GROUPS[name][Math.floor(random() * GROUPS[name].length)] as string;
  const groups = Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Remembered['groups'];
  const digits = () => BigInt(Math.floor(random() * 1e9));
  return {
    startedAtUs: Math.floor(FROM_US + random() * (TO_US - FROM_US)),
    groups,
    cost: random() < 0.05 ? undefined : digits() * 10n ** 12n + digits() * 10n ** 3n + digits(),
    tokens: Math.floor(random() * 100_000),
  };
}

function toCall({ startedAtUs, groups, cost, tokens }: Remembered, n: number) {
  const { model, ...tags } = groups;
  const made = madeCall({
    n,
    cost: cost === undefined ? undefined : formatMoney(attoFromInteger(cost)),
    startedAtUs,
    tags: Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== '(untagged)')),
    meters: { input_tokens: tokens },
  });
  return { ...made, call: { ...made.call, requestModel: model } };
}

interface Question {
  readonly body: object;
  readonly grain: (typeof GRAINS)[number];
  readonly timezone: string;
  readonly groupBy: readonly GroupName[];
  readonly fromUs: number;
  readonly toUs: number;
  readonly customer: string | undefined;
}

function question(random: () => number, n: number): Question {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const grain = GRAINS[n % GRAINS.length] as (typeof GRAINS)[number];
  const hour = 3_600_000_000;
  const fromUs = FROM_US + Math.floor(random() * 72) * hour;
  const toUs = TO_US - Math.floor(random() * 72) * hour;
  const timezone = pick([...ZONES, 'UTC', 'Europe/Berlin']);
  // Minutes of every group would be more rows than an answer holds.
  const groupBy = grain === 'minute' ? [] : [...new Set([pick(NAMES), pick(NAMES)])].slice(0, n % 3);
  const customer = random() < 0.3 ? pick(GROUPS.customer_id) : undefined;
  const body = {
    from: formatInstantUs(fromUs),
    to: formatInstantUs(toUs),
    timezone,
    grain,
    groupBy,
    metrics: ['calls', 'cost', 'input_tokens', 'unpriced_calls', 'customers'],
    limit: 1000,
    filters: customer === undefined ? [] : [{ field: 'customer_id', op: 'eq', value: customer }],
  };
  return { body, grain, timezone, groupBy, fromUs, toUs, customer };
}

interface Sums {
  calls: number;
  cost: bigint;
  priced: number;
  tokens: bigint;
  readonly customers: Set<string>;
}

function oracle(calls: readonly Remembered[], { grain, timezone, groupBy, fromUs, toUs, customer }: Question) {
  const startOf = bucketStarts(grain, timezone, fromUs);
  const groups = new Map<string, Sums>();
  const fresh = (): Sums => ({ calls: 0, cost: 0n, priced: 0, tokens: 0n, customers: new Set() });
  const total = fresh();
  for (const call of calls) {
    if (call.startedAtUs < fromUs || call.startedAtUs >= toUs) continue;
    if (customer !== undefined && call.groups.customer_id !== customer) continue;
    const key = JSON.stringify([startOf(call.startedAtUs), ...groupBy.map((name) => call.groups[name])]);
    const group = groups.get(key) ?? fresh();
    groups.set(key, group);
    for (const sums of [group, total]) {
      sums.calls += 1;
      sums.tokens += BigInt(call.tokens);
      if (call.cost !== undefined) {
        sums.cost += call.cost;
        sums.priced += 1;
      }
      if (call.groups.customer_id !== '(untagged)') sums.customers.add(call.groups.customer_id);
    }
  }
  const told = ({ calls: count, cost, priced, tokens, customers }: Sums) => ({
    calls: count,
    cost: priced === 0 && count > 0 ? null : formatMoney(attoFromInteger(cost)),
    input_tokens: Number(tokens),
    unpriced_calls: count - priced,
    customers: customers.size,
  });
  const rows = [...groups].map(([key, sums]) => {
    const [start, ...names] = JSON.parse(key) as [number, ...string[]];
    const time = grain === 'none' ? {} : { time: formatInstantUs(start) };
    return {
      ...time,
      ...Object.fromEntries(groupBy.map((name, index) => [name, names[index] as string])),
      ...told(sums),
    };
  });
  return { rows, total: told(total) };
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
}

/** The wall clock says in which bucket a quarter of an hour is; no zone changes within one. Looked up once for each. */
function bucketStarts(grain: Question['grain'], timezone: string, fromUs: number): (us: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    timeZoneName: 'longOffset',
  });
  const label = (us: number): string => {
    const part = Object.fromEntries(format.formatToParts(us / 1000).map(({ type, value }) => [type, value]));
    const [year, month, day] = [Number(part['year']), Number(part['month']), Number(part['day'])];
    const monday = Date.UTC(year, month - 1, day - ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7));
    switch (grain) {
      case 'hour':
        return `${year}-${month}-${day} ${part['hour']} ${part['timeZoneName']}`;
      case 'day':
        return `${year}-${month}-${day}`;
      case 'week':
        return String(monday);
      case 'month':
        return `${year}-${month}`;
      case 'quarter':
        return `${year} ${Math.floor((month - 1) / 3)}`;
      default:
        return String(year);
    }
  };
  const starts = new Map<number, number>();
  const firsts = new Map<string, number>();
  return (us) => {
    if (grain === 'none') return fromUs;
    if (grain === 'minute') return us - (us % 60_000_000);
    const quarter = us - (us % QUARTER_US);
    let start = starts.get(quarter);
    if (start === undefined) {
      const own = label(quarter);
      start = firsts.get(own);
      if (start === undefined) {
        start = quarter;
        while (label(start - QUARTER_US) === own) start -= QUARTER_US;
        firsts.set(own, start);
      }
      starts.set(quarter, start);
    }
    return start;
  };
}

/** The same numbers every time. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
