import type { Finding } from '@costspan/usage';
import { type Field, parseField } from '../../query/fields.ts';
import { isMetric, type Metric } from '../../query/metrics.ts';

/** Where in the body something stands, and where mistakes go. */
export interface Place {
  readonly at: string;
  readonly findings: Finding[];
}

/** Notes a mistake. @returns nothing, for what asked. */
export function refuse(place: Place, code: string, message: string): never[] {
  place.findings.push({ at: place.at, code, message });
  return [];
}

/** Their names of groups and filters in our words. */
const FIELDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    modelName: 'model',
    providerModelName: 'model',
    userEmail: 'user',
    virtualaccount: 'virtual_account',
    virtualAccount: 'virtual_account',
    team: 'team',
    requestType: 'operation',
    errorCode: 'error_type',
    providerAccountType: 'provider',
    conversationID: 'conversation_id',
  }),
);

const METADATA = 'metadata.';

/** A field by their name, or a tag as `metadata.<key>`. Case and dashes of a key are as the tag has them: snake_case. */
export function fieldNamed(name: string, place: Place): Field | undefined {
  const own = name.startsWith(METADATA) ? `tag.${name.slice(METADATA.length)}` : FIELDS.get(name);
  if (own === undefined) {
    const known = [...FIELDS.keys(), 'metadata.<key>'].join(', ');
    refuse(place, 'FIELD_UNKNOWN', `"${name}" is not in this ledger; there are ${known}`);
    return undefined;
  }
  const field = parseField(own);
  if (typeof field !== 'string') return field;
  refuse(place, 'FIELD_UNKNOWN', field);
  return undefined;
}

/** The key of a group in an answer: both kinds of callers share one there. */
export function groupKey(name: string): string {
  return name === 'userEmail' || /^virtualaccount$/i.test(name) ? 'createdBySubjectSlug' : name;
}

const SUMS: ReadonlyMap<string, Metric> = new Map(
  Object.entries({
    costInUSD: 'cost',
    inputTokens: 'input_tokens',
    outputTokens: 'output_tokens',
    cacheReadInputTokens: 'cache_read_tokens',
    cacheCreationInputTokens: 'cache_write_tokens',
  }),
);
const TIMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    latencyMs: 'duration_ms',
    timeToFirstTokenMs: 'time_to_first_token_ms',
  }),
);
const DISTINCT: ReadonlyMap<string, Metric> = new Map(Object.entries({ userEmail: 'users' }));

/** The metric that an aggregation of theirs is. */
export function metricNamed(type: string, column: string, place: Place): Metric | undefined {
  if (type === 'count') return 'calls';
  const sum = type === 'sum' ? SUMS.get(column) : type === 'countDistinct' ? DISTINCT.get(column) : undefined;
  if (sum !== undefined) return sum;
  const metric = `${TIMES.get(column)}_${type}`;
  if (isMetric(metric)) return metric;
  refuse(
    place,
    'AGGREGATION_UNKNOWN',
    `"${type}" of "${column}" is not in this ledger; there are count, sum of ${[...SUMS.keys()].join(', ')}, avg, p50, p75, p90, p95 and p99 of ${[...TIMES.keys()].join(', ')}, and countDistinct of userEmail`,
  );
  return undefined;
}

/** `sum` of `costInUSD` is `sumCostInUSD`. */
export function aggregationKey(type: string, column: string): string {
  return type + column.charAt(0).toUpperCase() + column.slice(1);
}
