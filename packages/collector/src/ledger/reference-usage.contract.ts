import { billedNames, costByClass } from '@costspan/pricing';
import { attoFromInteger, formatMoney, METER_NAMES, type Meter, parseMoney, type Tags } from '@costspan/usage';
import type { Field } from '../query/fields.ts';
import type { Filter } from '../query/filter.ts';
import { formatInstantUs } from '../query/instants.ts';
import type { Metric } from '../query/metrics.ts';
import type { UsageQuery, UsageRow } from '../query/usage-query.ts';
import type { ContextSpan } from './ledger.ts';
import type { Kept } from './reference-ledger.contract.ts';

/** A call with the names that the spans above it know. */
export interface Row extends Kept {
  readonly agent: string | undefined;
  readonly workflow: string | undefined;
}

interface Group {
  readonly names: readonly string[];
  readonly rows: Row[];
}

/** The rows of an answer over the calls of the period, and of the one before when it is compared. */
export function answerRows(found: readonly Row[], before: readonly Row[] | undefined, query: UsageQuery): UsageRow[] {
  const order = groupOrder(query);
  const ranked = groupsOf(found, query).sort(order);
  const isFold = ({ names }: Group) => names.length > 0 && names.every((name) => name === '(other)');
  const skip = query.page?.skip ?? 0;
  const standing = query.page === undefined ? ranked.filter((group) => !isFold(group)) : ranked;
  const alone = new Set(standing.slice(skip, skip + query.limit).map(({ names }) => JSON.stringify(names)));

  // Every bucket is its groups that stand alone, in order, and one group of the rest.
  const split = (rows: readonly Row[]) => {
    const groups = groupsOf(rows, query).sort(order);
    const rest = groups.filter(({ names }) => names.length > 0 && !alone.has(JSON.stringify(names)));
    const folded = { names: query.groupBy.map(() => '(other)'), rows: rest.flatMap((group) => group.rows) };
    const own = groups.filter((group) => !rest.includes(group)).map((group) => ({ ...group, isOther: false }));
    return rest.length === 0 || query.page !== undefined ? own : [...own, { ...folded, isOther: true }];
  };
  // Where no empty bucket is shown, those of the calls will do.
  const isSparse = query.compare === undefined && query.fill !== 'zero';
  const startOf = bucketStarts(query);
  const ofCalls = () => [...new Set(found.map(({ call }) => startOf(call.startedAtUs)))].sort((a, b) => a - b);
  const starts = query.grain !== 'none' && isSparse ? ofCalls() : allStarts(query);
  const startsBefore = query.compare === undefined ? [] : allStarts({ ...query, ...query.compare });
  const inBucket = (rows: readonly Row[], at: readonly number[], index: number) =>
    rows.filter(
      ({ call: { startedAtUs } }) =>
        startedAtUs >= (at[index] ?? Number.POSITIVE_INFINITY) &&
        startedAtUs < (at[index + 1] ?? Number.POSITIVE_INFINITY),
    );
  const nothing = values([], query.metrics);
  const shownGroups = new Map<string, { names: readonly string[]; isOther: boolean }>();
  if (query.groupBy.length === 0) shownGroups.set('', { names: [], isOther: false });

  type Line = { isOther: boolean; names: readonly string[]; now: UsageRow; earlier: UsageRow };
  const lines: Line[][] = [];
  for (let index = 0; index < Math.max(starts.length, startsBefore.length); index += 1) {
    const earlier = split(inBucket(before ?? [], startsBefore, index));
    const bucket: Line[] = [];
    for (const group of split(inBucket(found, starts, index))) {
      bucket.push({ ...group, now: values(group.rows, query.metrics), earlier: nothing });
    }
    for (const group of earlier) {
      const same = (line: Line) => line.isOther === group.isOther && line.names.join('\0') === group.names.join('\0');
      const line = bucket.find(same) ?? { ...group, now: nothing, earlier: nothing };
      if (!bucket.includes(line)) bucket.push(line);
      line.earlier = values(group.rows, query.metrics);
    }
    for (const { names, isOther } of bucket) shownGroups.set(JSON.stringify([isOther, names]), { names, isOther });
    lines.push(bucket);
  }
  if (query.groupBy.length > 0) shownGroups.delete('');
  else if (shownGroups.size > 1) shownGroups.delete('');
  const inOrderOfNames = [...shownGroups.values()].sort((a, b) => compareNames(a.names, b.names));
  const answer: UsageRow[][] = lines.map((bucket, index) => {
    if (query.fill === 'zero' && index < starts.length) {
      for (const { names, isOther } of inOrderOfNames) {
        if (!bucket.some((line) => line.isOther === isOther && compareNames(line.names, names) === 0)) {
          bucket.push({ names, isOther, now: nothing, earlier: nothing });
        }
      }
    }
    return [...bucket.filter((line) => !line.isOther), ...bucket.filter((line) => line.isOther)].map((line) => {
      const timed = (at: readonly number[]) => {
        const start = at[index];
        return query.grain === 'none' ? {} : { time: start === undefined ? null : formatInstantUs(start) };
      };
      const named = Object.fromEntries(query.groupBy.map(({ name }, at) => [name, line.names[at] as string]));
      const row = { ...timed(starts), ...named, ...line.now };
      return query.compare === undefined
        ? row
        : ({ ...row, previous: { ...timed(startsBefore), ...line.earlier } } as never);
    });
  });
  return (query.orderBy.field === 'time' && query.orderBy.direction === 'desc' ? answer.reverse() : answer).flat();
}

/** How many groups the calls of the period make. */
export function groupCount(found: readonly Row[], query: UsageQuery): number {
  return query.groupBy.length === 0 ? 0 : groupsOf(found, query).length;
}

function groupsOf(rows: readonly Row[], query: UsageQuery): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const names = query.groupBy.map((field) => fieldOf(row, field) ?? '(untagged)');
    const key = JSON.stringify(names);
    const group = groups.get(key) ?? { names, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function groupOrder({ orderBy, groupBy }: UsageQuery): (a: Group, b: Group) => number {
  const sign = orderBy.direction === 'asc' ? 1 : -1;
  const index = groupBy.findIndex(({ name }) => name === orderBy.field);
  const metric = index >= 0 || orderBy.field === 'time' || !isKnown(orderBy.field) ? 'cost' : orderBy.field;
  const ranks = new WeakMap<Group, bigint | null>();
  const rank = (group: Group) => {
    if (!ranks.has(group)) ranks.set(group, orderOf(group.rows, metric));
    return ranks.get(group) as bigint | null;
  };
  return (a, b) => {
    const order =
      index >= 0
        ? sign * compareText(a.names[index] as string, b.names[index] as string)
        : compareUnknownLast(rank(a), rank(b), orderBy.field === 'time' ? -1 : sign);
    return order || compareNames(a.names, b.names);
  };
}

function isKnown(name: string): name is Metric {
  return name in SINGLE || (METER_NAMES as readonly string[]).includes(name);
}

/** The start of every bucket between the ends of the question, found by looking at the wall clock again and again. */
function allStarts(query: UsageQuery): number[] {
  if (query.grain === 'none') return [query.fromUs];
  const startOf = bucketStarts(query);
  const stepUs = query.grain === 'minute' ? 60_000_000 : QUARTER_US;
  const starts = new Set([startOf(query.fromUs)]);
  for (let us = query.fromUs - (query.fromUs % stepUs) + stepUs; us < query.toUs; us += stepUs) starts.add(startOf(us));
  return [...starts].sort((a, b) => a - b);
}

const QUARTER_US = 15 * 60 * 1_000_000;

/** Walks back from an instant in quarter hours for as long as the wall calendar shows the same bucket. */
function bucketStarts({ grain, timezone, weekStart, bucketMinutes = 1 }: UsageQuery): (us: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'longOffset',
  });
  const label = (us: number): string => {
    const part = Object.fromEntries(format.formatToParts(us / 1000).map(({ type, value }) => [type, value]));
    const month = Number(part['month']);
    switch (grain) {
      case 'none':
        return '';
      case 'minute': {
        const minutes = Number(part['hour']) * 60 + Number(part['minute']);
        return `${part['year']}-${month}-${part['day']} ${Math.floor(minutes / bucketMinutes)} ${part['timeZoneName']}`;
      }
      case 'hour':
        return `${part['year']}-${month}-${part['day']} ${part['hour']} ${part['timeZoneName']}`;
      case 'day':
        return `${part['year']}-${month}-${part['day']}`;
      case 'week': {
        const day = Date.UTC(Number(part['year']), month - 1, Number(part['day']));
        const daysBefore = (new Date(day).getUTCDay() + (weekStart === 'sunday' ? 0 : 6)) % 7;
        return String(day - daysBefore * 86_400_000);
      }
      case 'month':
        return `${part['year']}-${month}`;
      case 'quarter':
        return `${part['year']} Q${Math.ceil(month / 3)}`;
      case 'year':
        return String(part['year']);
      default:
        return grain satisfies never;
    }
  };
  const stepUs = grain === 'minute' ? 60_000_000 : QUARTER_US;
  const starts = new Map<string, number>();
  return (us) => {
    const own = label(us);
    let start = starts.get(own);
    if (start === undefined) {
      start = us - (us % stepUs);
      while (label(start - stepUs) === own) start -= stepUs;
      starts.set(own, start);
    }
    return start;
  };
}

function compareUnknownLast(a: bigint | null, b: bigint | null, sign: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a === b ? 0 : a < b ? -sign : sign;
}

function compareNames(a: readonly string[], b: readonly string[]): number {
  for (const [index, name] of a.entries()) {
    const order = compareText(name, b[index] as string);
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Every metric over some calls, as it goes over the wire. */
export function values(rows: readonly Row[], metrics: readonly Metric[]): UsageRow {
  return Object.fromEntries(metrics.map((metric) => [metric, present(metric, rows)]));
}

type Single = (row: Row) => bigint | undefined;
const yes = (holds: boolean): bigint => (holds ? 1n : 0n);
const inUsd = ({ cost }: Row, amount: bigint | undefined) => (cost.currency === 'USD' ? amount : undefined);
const classOf =
  (name: 'input' | 'cache_read' | 'cache_write' | 'output'): Single =>
  (row) => {
    if (isUnpriced(row)) return undefined;
    const amount = costByClass(row.cost.lines)[name];
    const { native } = row.cost;
    if (native === undefined) return amount;
    return native.fxRate === undefined ? undefined : (amount * parseMoney(native.fxRate)) / 10n ** 18n;
  };
const has = (row: Row) => row.call.usage.meters.output_tokens !== undefined && row.call.durationUs > 0;

/** What each call adds to a sum. Money at 10⁻¹⁸, times in microseconds; `undefined` when the call does not know. */
const SINGLE: Readonly<Record<string, Single>> = {
  calls: () => 1n,
  cost: (row) => inUsd(row, row.cost.total),
  list_cost: (row) => inUsd(row, row.cost.list ?? row.cost.computed?.total ?? row.cost.total),
  contracted_cost: (row) => inUsd(row, row.cost.contracted),
  resale_cost: (row) => inUsd(row, row.cost.resale),
  margin: (row) =>
    row.cost.resale === undefined || row.cost.total === undefined
      ? undefined
      : inUsd(row, row.cost.resale - row.cost.total),
  input_cost: classOf('input'),
  cache_read_cost: classOf('cache_read'),
  cache_write_cost: classOf('cache_write'),
  output_cost: classOf('output'),
  other_cost: (row) => {
    if (isUnpriced(row)) return undefined;
    const classes = (['input', 'cache_read', 'cache_write', 'output'] as const).map((name) => classOf(name)(row) ?? 0n);
    return classes.reduce((rest, part) => rest - part, row.cost.total as bigint);
  },
  errors: ({ call }) => yes(call.outcome === 'error'),
  unpriced_calls: (row) => yes(isUnpriced(row)),
  estimated_calls: ({ call }) => yes(call.usage.status === 'estimated'),
  late_calls: (row) => yes(isLate(row)),
  tokens: ({ call: { usage } }) => {
    const { input_tokens: input, output_tokens: output } = usage.meters;
    return input === undefined && output === undefined ? undefined : BigInt(input ?? 0) + BigInt(output ?? 0);
  },
  duration: ({ call }) => BigInt(call.durationUs),
  wait: ({ call }) => (call.timeToFirstChunkUs === undefined ? undefined : BigInt(call.timeToFirstChunkUs)),
  timed_output: (row) => (has(row) ? BigInt(row.call.usage.meters.output_tokens as number) : undefined),
  timed_duration: (row) => (has(row) ? BigInt(row.call.durationUs) : undefined),
  // Not sums, but metrics all the same.
  ...Object.fromEntries(
    ['error_rate', 'cost_per_call', 'cache_hit_share', 'customers', 'users', 'output_tokens_per_second'].map((name) => [
      name,
      () => undefined,
    ]),
  ),
  ...Object.fromEntries(
    ['duration_ms', 'time_to_first_token_ms'].flatMap((name) =>
      ['avg', 'p50', 'p75', 'p90', 'p95', 'p99'].map((kind) => [`${name}_${kind}`, () => undefined]),
    ),
  ),
};

function total(rows: readonly Row[], name: string): bigint | undefined {
  const single: Single = SINGLE[name] ?? ((row) => meterOf(row.call.usage.meters, name as Meter));
  const known = rows.map(single).filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce((whole, part) => whole + part, 0n);
}

/** A metric as one integer or as a fraction of two. */
function exact(
  rows: readonly Row[],
  metric: Metric,
): { readonly over: bigint | undefined; readonly under?: bigint | undefined } {
  const [, what, kind] = /^(.+)_ms_(avg|p\d\d)$/.exec(metric) ?? [];
  if (what !== undefined) {
    const name = what === 'duration' ? 'duration' : 'wait';
    const measured = rows
      .map(SINGLE[name] as Single)
      .filter((us) => us !== undefined)
      .sort((a, b) => Number(a - b));
    if (kind === 'avg') return { over: total(rows, name), under: BigInt(measured.length) };
    return { over: measured[Math.max(0, Math.ceil((measured.length * Number(kind?.slice(1))) / 100) - 1)] };
  }
  switch (metric) {
    case 'error_rate':
      return { over: total(rows, 'errors'), under: total(rows, 'calls') };
    case 'cache_hit_share':
      return { over: total(rows, 'cache_read_tokens'), under: total(rows, 'input_tokens') };
    case 'cost_per_call':
      return { over: total(rows, 'cost'), under: BigInt(rows.filter((row) => !isUnpriced(row)).length) };
    case 'output_tokens_per_second':
      return { over: total(rows, 'timed_output'), under: total(rows, 'timed_duration') };
    case 'customers':
      return {
        over: BigInt(
          new Set(rows.map(({ call }) => call.tags['customer_id']).filter((name) => name !== undefined)).size,
        ),
      };
    case 'users':
      return {
        over: BigInt(new Set(rows.map(({ call }) => call.tags['user']).filter((name) => name !== undefined)).size),
      };
    default:
      return { over: total(rows, metric) };
  }
}

const FRACTIONS: ReadonlySet<string> = new Set([
  'error_rate',
  'cache_hit_share',
  'cost_per_call',
  'output_tokens_per_second',
  'duration_ms_avg',
  'time_to_first_token_ms_avg',
]);

/** What an answer is ordered by: fractions to a billionth, money per call to 10⁻¹⁸. */
function orderOf(rows: readonly Row[], metric: Metric): bigint | null {
  const { over, under } = exact(rows, metric);
  if (over === undefined) return null;
  if (!FRACTIONS.has(metric)) return over;
  if (under === undefined || under === 0n) return null;
  return metric === 'cost_per_call' ? over / under : (over * 1_000_000_000n) / under;
}

function present(metric: Metric, rows: readonly Row[]): string | number | null {
  const isMoney = /(^|_)cost$|^margin$/.test(metric);
  const isTime = /_ms_/.test(metric);
  if (rows.length === 0) return isTime || FRACTIONS.has(metric) ? null : isMoney ? '0' : 0;
  const { over, under } = exact(rows, metric);
  if (over === undefined) return null;
  if (FRACTIONS.has(metric)) {
    if (under === undefined || under === 0n) return null;
    if (metric === 'cost_per_call') return formatMoney(attoFromInteger(nearest(over, under)));
    if (isTime) return Math.round(Number(over) / Number(under)) / 1000;
    return metric === 'output_tokens_per_second' ? (Number(over) * 1e6) / Number(under) : Number(over) / Number(under);
  }
  if (isTime) return Number(over) / 1000;
  if (isMoney) return formatMoney(attoFromInteger(over));
  const text = metric === 'seconds' ? formatMoney(attoFromInteger(over)) : String(over);
  return /^\d+$/.test(text) && BigInt(text) <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(text) : text;
}

/** Of the two whole numbers around a fraction the nearer, of two equally near the even one. */
function nearest(over: bigint, under: bigint): bigint {
  const candidates = [over / under - 1n, over / under, over / under + 1n];
  const distance = (whole: bigint) => (over - whole * under < 0n ? whole * under - over : over - whole * under);
  return candidates.reduce((best, next) => {
    if (distance(next) !== distance(best)) return distance(next) < distance(best) ? next : best;
    return next % 2n === 0n ? next : best;
  });
}

/** A call that is not in a sum of costs: its cost is unknown, or in another currency. */
export function isUnpriced({ cost }: Kept): boolean {
  return cost.total === undefined || cost.currency !== 'USD';
}

/** Received more than an hour after it ended, and it ended when there was the ledger already. */
export function isLate({ call, receivedAtUs, openedUs }: Kept): boolean {
  const endedAtUs = call.startedAtUs + call.durationUs;
  return receivedAtUs > endedAtUs + 3_600_000_000 && endedAtUs >= openedUs;
}

function meterOf(meters: { readonly [M in Meter]?: number }, meter: Meter): bigint | undefined {
  const count = meters[meter];
  if (count === undefined) return undefined;
  if (meter !== 'seconds') return BigInt(count);
  const [whole, fraction = ''] = String(count).split('.');
  return BigInt(whole as string) * 10n ** 18n + BigInt(fraction.padEnd(18, '0'));
}

export function passes(row: Row, filter: Filter): boolean {
  if ('any' in filter) return filter.any.some((part) => passes(row, part));
  if ('all' in filter) return filter.all.every((part) => passes(row, part));
  if ('measure' in filter) {
    const value = measureOf(row, filter.measure);
    if (!('bound' in filter)) return (value !== undefined) === (filter.op === 'exists');
    if (value === undefined) return false;
    const { bound } = filter;
    return { gt: value > bound, gte: value >= bound, lt: value < bound, lte: value <= bound }[filter.op];
  }
  const value = fieldOf(row, filter.field);
  switch (filter.op) {
    case 'exists':
      return value !== undefined;
    case 'not_exists':
      return value === undefined;
    case 'in':
      return filter.values.includes(value ?? '(untagged)');
    case 'not_in':
      return !filter.values.includes(value ?? '(untagged)');
    case 'starts_with':
      return (value?.startsWith(filter.text) ?? false) !== (filter.not ?? false);
    case 'ends_with':
      return (value?.endsWith(filter.text) ?? false) !== (filter.not ?? false);
    case 'contains':
      return (value?.toLowerCase().includes(filter.text.toLowerCase()) ?? false) !== (filter.not ?? false);
    default:
      return filter satisfies never;
  }
}

/** At 10⁻¹⁸ of its unit. */
function measureOf(row: Row, measure: string): bigint | undefined {
  const { call } = row;
  if (measure === 'cost') return inUsd(row, row.cost.total);
  if (measure === 'duration_ms') return BigInt(call.durationUs) * 10n ** 15n;
  if (measure === 'time_to_first_token_ms') {
    return call.timeToFirstChunkUs === undefined ? undefined : BigInt(call.timeToFirstChunkUs) * 10n ** 15n;
  }
  const count = meterOf(call.usage.meters, measure as Meter);
  return count === undefined || measure === 'seconds' ? count : count * 10n ** 18n;
}

/** What a call has in a field; `undefined` when nothing. */
function fieldOf({ call, cost, agent, workflow }: Row, field: Field): string | undefined {
  const tags: Tags = call.tags;
  if (field.kind === 'tag') return tags[field.key];
  const own: Readonly<Record<string, string | undefined>> = {
    provider: call.provider,
    model: billedNames(call).model,
    request_model: call.requestModel,
    operation: call.operation,
    outcome: call.outcome,
    service: call.serviceName,
    cost_status: cost.status,
    usage_status: call.usage.status,
    error_type: call.errorType,
    dialect: call.dialect,
    conversation_id: call.conversationId,
    prompt_id: call.promptId,
    prompt_version: call.promptVersion,
    agent,
    workflow,
    currency: cost.currency,
    card: cost.card === undefined ? undefined : `${cost.card.provider}/${cost.card.model}`,
    service_tier: call.context.service_tier,
    region: call.context.region,
  };
  return field.column in own ? own[field.column] : tags[field.column];
}

/** The names that the call has itself, or from the spans of its trace. */
export function withNames(kept: Kept, contexts: readonly ContextSpan[]): Row {
  const ofTrace = contexts.filter(({ traceId }) => traceId === kept.call.traceId);
  const named = ofTrace
    .filter(({ kind, name }) => (kind === 'workflow' || kind === 'agent') && name !== undefined)
    .sort(
      (a, b) =>
        a.startedAtUs - b.startedAtUs ||
        Number(a.kind !== 'workflow') - Number(b.kind !== 'workflow') ||
        (BigInt(`0x${a.spanId}`) < BigInt(`0x${b.spanId}`) ? -1 : 1),
    );
  let above = ofTrace.find(({ spanId }) => spanId === kept.call.parentSpanId);
  for (let steps = 0; above !== undefined && (above.kind !== 'agent' || above.name === undefined); steps += 1) {
    const { parentSpanId } = above;
    above = steps === 32 ? undefined : ofTrace.find(({ spanId }) => spanId === parentSpanId);
  }
  return { ...kept, agent: kept.call.agentName ?? above?.name, workflow: kept.call.workflowName ?? named[0]?.name };
}
