import { askCalls, askUsage, type CallsPage, type Row, type UsageQuestion } from './api.ts';
import { FIELDS, FILTERS, type Filters, type Measure, type PageState } from './page-state.ts';
import type { Sample } from './stack-series.ts';
import { bucketStarts, type TimeWindow, timeWindow, windowBefore } from './time-window.ts';

/** Everything one view of the page shows, read from the API. */
export interface PageData {
  readonly loadedAtMs: number;
  readonly window: TimeWindow;
  readonly total: Row;
  /** The same total one range earlier; absent for `all`. */
  readonly before?: Row;
  /** Why calls have no cost: rows of `cost_status` and `calls`. */
  readonly unpriced: readonly Row[];
  readonly chart: {
    readonly buckets: readonly number[];
    /** Groups in the order of the legend, largest first. */
    readonly groups: readonly Row[];
    readonly samples: readonly Sample[];
  };
  /** The table of customers, unless the view is narrow enough for single calls. */
  readonly customers?: {
    readonly rows: readonly Row[];
    /** Spend over time by customer. */
    readonly trends: ReadonlyMap<string, readonly number[]>;
  };
  /** The calls of one customer, or of one status. */
  readonly calls?: CallsPage;
}

/** Groups that get a colour of their own. */
const GROUPS_MAX = 7;
/** Rows of the table of customers; the rest is one row that says so. */
const CUSTOMERS_MAX = 100;
const CALLS_PAGE = 50;

const METRICS = ['cost', 'calls', 'errors', 'unpriced_calls', 'input_tokens', 'output_tokens', 'cache_read_tokens'];
/** By what the API ranks for a measure. Tokens are ranked by the larger part of them. */
const RANKED_BY: Readonly<Record<Measure, string>> = { spend: 'cost', calls: 'calls', tokens: 'input_tokens' };

/** Asks everything at once. Rejects with the first ApiProblem. */
export async function loadPage(state: PageState, nowMs: number, signal: AbortSignal): Promise<PageData> {
  const filters = filtersOf(state.filters);
  const window = timeWindow(
    state.range,
    nowMs,
    state.range === 'all' ? await earliestCallMs(filters, nowMs, signal) : nowMs,
  );
  const asked = { ...isoWindow(window), filters };
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const field = FIELDS[state.by];
  const orderBy = { field: RANKED_BY[state.show], direction: 'desc' as const };
  const ask = (question: Omit<UsageQuestion, 'from' | 'to' | 'filters'>) => askUsage({ ...asked, ...question }, signal);

  const earlier = windowBefore(state.range, nowMs);
  const showsCalls = state.filters.customer !== undefined || state.filters.status !== undefined;
  const [groups, series, unpriced, before, customers, trends, calls] = await Promise.all([
    ask({ metrics: METRICS, groupBy: [field], orderBy, limit: GROUPS_MAX }),
    ask({
      metrics: ['cost', 'calls', 'input_tokens', 'output_tokens'],
      groupBy: [field],
      grain: window.grain,
      timezone,
      orderBy,
      limit: GROUPS_MAX,
    }),
    ask({ metrics: ['calls', 'unpriced_calls'], groupBy: ['cost_status'] }),
    earlier && askUsage({ ...isoWindow(earlier), filters, metrics: METRICS }, signal),
    showsCalls ? undefined : ask({ metrics: METRICS, groupBy: [FIELDS.customer], limit: CUSTOMERS_MAX }),
    showsCalls
      ? undefined
      : ask({
          metrics: ['cost'],
          groupBy: [FIELDS.customer],
          grain: window.trendGrain,
          timezone,
          limit: CUSTOMERS_MAX,
        }),
    showsCalls ? loadCalls(state.filters, window, undefined, signal) : undefined,
  ]);

  return {
    loadedAtMs: nowMs,
    window,
    total: groups.total,
    ...(before === undefined ? {} : { before: before.total }),
    unpriced: unpriced.rows.filter((row) => Number(row['unpriced_calls']) > 0),
    chart: {
      buckets: bucketStarts(window, window.grain),
      groups: groups.rows,
      samples: series.rows.map((row) => ({
        timeMs: Date.parse(String(row['time'])),
        group: String(row[field]),
        value: measureOf(row, state.show),
      })),
    },
    ...(customers === undefined || trends === undefined
      ? {}
      : { customers: { rows: customers.rows, trends: trendsOf(trends.rows, window) } }),
    ...(calls === undefined ? {} : { calls }),
  };
}

/** A page of calls, newest first. */
export function loadCalls(
  filters: Filters,
  window: Pick<TimeWindow, 'fromMs' | 'toMs'>,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<CallsPage> {
  const parameters: Record<string, string> = { ...isoWindow(window), limit: String(CALLS_PAGE) };
  for (const filter of FILTERS) {
    const value = filters[filter];
    if (value !== undefined) parameters[FIELDS[filter]] = value;
  }
  if (cursor !== undefined) parameters['cursor'] = cursor;
  return askCalls(parameters, signal);
}

/** What a measure is in a row; 0 where it is unknown, since it becomes a height. */
export function measureOf(row: Row, measure: Measure): number {
  switch (measure) {
    case 'spend':
      return Number(row['cost'] ?? 0);
    case 'calls':
      return Number(row['calls'] ?? 0);
    case 'tokens':
      return tokensOf(row);
  }
}

export function tokensOf(row: Row): number {
  return Number(row['input_tokens'] ?? 0) + Number(row['output_tokens'] ?? 0);
}

function filtersOf(filters: Filters): NonNullable<UsageQuestion['filters']> {
  return FILTERS.flatMap((dimension) => {
    const value = filters[dimension];
    if (value === undefined) return [];
    return [{ field: FIELDS[dimension], op: 'eq', value }];
  });
}

function isoWindow(window: { readonly fromMs: number; readonly toMs: number }): { from: string; to: string } {
  return { from: new Date(window.fromMs).toISOString(), to: new Date(window.toMs).toISOString() };
}

/** Older calls than this are not looked for: providers sold no tokens then. */
const OLDEST_MS = Date.UTC(2019, 0, 1);

/** The day on which the oldest call was made; now, when there is none. */
async function earliestCallMs(filters: UsageQuestion['filters'], nowMs: number, signal: AbortSignal): Promise<number> {
  const { rows } = await askUsage(
    {
      ...isoWindow({ fromMs: OLDEST_MS, toMs: nowMs }),
      ...(filters === undefined ? {} : { filters }),
      grain: 'day',
      metrics: ['calls'],
    },
    signal,
  );
  const times = rows.filter((row) => Number(row['calls']) > 0).map((row) => Date.parse(String(row['time'])));
  return times.length === 0 ? nowMs : Math.min(...times);
}

function trendsOf(rows: readonly Row[], window: TimeWindow): Map<string, number[]> {
  const starts = bucketStarts(window, window.trendGrain);
  const indexes = new Map(starts.map((start, index) => [start, index]));
  const trends = new Map<string, number[]>();
  for (const row of rows) {
    const customer = String(row[FIELDS.customer]);
    const index = indexes.get(Date.parse(String(row['time'])));
    const trend = trends.get(customer) ?? starts.map(() => 0);
    trends.set(customer, trend);
    if (index !== undefined) trend[index] = Number(row['cost'] ?? 0);
  }
  return trends;
}
