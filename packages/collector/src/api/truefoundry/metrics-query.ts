import { type Finding, InvalidInputError } from '@costspan/usage';
import type { AskedLedger } from '../../access/scoped-ledger.ts';
import { QueryTooLargeError } from '../../ledger/ledger.ts';
import { bucketStarts } from '../../query/bucket-starts.ts';
import type { Field } from '../../query/fields.ts';
import { formatInstantUs, INSTANT_MAX_US, parseInstantUs } from '../../query/instants.ts';
import { UNTAGGED } from '../../query/labels.ts';
import { type Metric, metricUnit } from '../../query/metrics.ts';
import { checkRange } from '../../query/parse-usage-query.ts';
import { check } from '../../query/request-schemas.ts';
import { USAGE_LIMIT_MAX, USAGE_ROWS_MAX, type UsageCell, type UsageQuery } from '../../query/usage-query.ts';
import { type MetricsBody, metricsBody } from './metrics-body.ts';
import { aggregationKey, fieldNamed, groupKey, metricNamed, type Place, refuse } from './names.ts';
import { readFilter } from './read-filter.ts';

/** A question of theirs in our words. */
interface Translated {
  readonly query: UsageQuery;
  /** Keys of the answer, and the metric or group behind each. */
  readonly aggregations: readonly (readonly [key: string, metric: Metric])[];
  readonly groups: readonly (readonly [key: string, field: Field])[];
}

/**
 * Answers TrueFoundry's question about model metrics from the ledger, in its shape.
 * @throws InvalidInputError `METRICS_QUERY_INVALID` with every place that has no meaning here.
 */
export async function answerMetricsQuery(ledger: AskedLedger, body: unknown): Promise<object> {
  const { query, aggregations, groups } = translate(body);
  const { rows, next_cursor } = await ledger.query(query);
  if (next_cursor !== null) {
    throw new QueryTooLargeError(
      'QUERY_ROWS',
      `more than ${USAGE_LIMIT_MAX} groups; filter, or ask /api/v1/usage/query page by page`,
    );
  }
  const isSeries = query.grain !== 'none';
  const ends = isSeries ? bucketEnds(query) : new Map<string, string>();
  return {
    data: {
      dataPoints: rows.map((row) => ({
        ...(isSeries ? { startTimestamp: row['time'], endTimestamp: ends.get(String(row['time'])) } : {}),
        total: row['calls'],
        ...Object.fromEntries(groups.map(([key, { name }]) => [key, row[name] === UNTAGGED ? null : row[name]])),
        ...Object.fromEntries(aggregations.map(([key, metric]) => [key, asNumber(metric, row[metric] ?? null)])),
      })),
    },
  };
}

/** Money is a number there. */
function asNumber(metric: Metric, value: UsageCell): UsageCell {
  return metricUnit(metric) === 'money' && value !== null ? Number(value) : value;
}

function bucketEnds(query: UsageQuery): ReadonlyMap<string, string> {
  const starts = bucketStarts(query, USAGE_ROWS_MAX) ?? [];
  return new Map(
    starts.map((start, index) => [formatInstantUs(start), formatInstantUs(starts[index + 1] ?? endOf(query, start))]),
  );
}

/** The last bucket goes on to its own end, whenever the question ends. */
function endOf(query: UsageQuery, startUs: number): number {
  const week = 7 * 86_400_000_000;
  return bucketStarts({ ...query, fromUs: startUs, toUs: startUs + 2 * week }, USAGE_ROWS_MAX)?.[1] ?? query.toUs;
}

function translate(value: unknown): Translated {
  const shape = check(metricsBody, value);
  if (!shape.ok) throw invalid(shape.findings);
  const body = shape.value;
  const findings: Finding[] = [];
  const at = (place: string): Place => ({ at: place, findings });
  const [fromUs, toUs] = [instantOf(body.startTs, at('startTs')), instantOf(body.endTs, at('endTs'))];
  findings.push(
    ...checkRange(formatInstantUs(fromUs), formatInstantUs(toUs), true).map((finding) => ({ ...finding, at: 'endTs' })),
  );
  const bucket = bucketOf(body, at('interval'));
  const aggregations = body.aggregations.flatMap(({ type, column }, index) => {
    const metric = metricNamed(type, column, at(`aggregations[${index}]`));
    return metric === undefined ? [] : [[aggregationKey(type, column), metric] as const];
  });
  const groups = body.groupBy.flatMap((name, index) => {
    const place = at(`groupBy[${index}]`);
    const field = fieldNamed(name, place);
    const isTaken = body.groupBy.slice(0, index).some((other) => groupKey(other) === groupKey(name));
    if (isTaken) return refuse(place, 'DUPLICATE', `"${groupKey(name)}" is in the answer already`);
    return field === undefined ? [] : [[groupKey(name), { ...field, name }] as const];
  });
  const filters = body.filters.flatMap((filter, index) => readFilter(filter, at(`filters[${index}]`)));
  if (findings.length > 0) throw invalid(findings);
  return {
    aggregations,
    groups,
    query: {
      fromUs,
      toUs,
      timezone: 'UTC',
      ...bucket,
      metrics: [...new Set<Metric>(['calls', ...aggregations.map(([, metric]) => metric)])],
      groupBy: groups.map(([, field]) => field),
      filters,
      orderBy: { field: 'calls', direction: 'desc' },
      limit: USAGE_LIMIT_MAX,
      page: { skip: 0 },
    },
  };
}

function invalid(findings: readonly Finding[]): InvalidInputError {
  return new InvalidInputError('METRICS_QUERY_INVALID', 'metrics query', findings);
}

function instantOf(value: string | number, place: Place): number {
  const us = typeof value === 'number' ? value * 1000 : parseInstantUs(value);
  if (us !== undefined && us >= 0 && us <= INSTANT_MAX_US) return us;
  refuse(place, 'INSTANT_INVALID', 'is not an instant from 1970 to 2199, such as 2026-11-01T00:00:00.000Z');
  return 0;
}

const INTERVAL = /^(\d{1,6}) *(minute|hour|day|week)s?$/i;
const MINUTES = { minute: 1, hour: 60, day: 1440, week: 10_080 } as const;

function bucketOf(body: MetricsBody, place: Place): Pick<UsageQuery, 'grain' | 'bucketMinutes'> {
  const { type, interval, intervalInSeconds } = body;
  if (type === 'distribution') {
    if (interval !== undefined || intervalInSeconds !== undefined) {
      refuse(place, 'INTERVAL_INVALID', 'a distribution has no interval; ask for a timeseries');
    }
    return { grain: 'none' };
  }
  const minutes = minutesOf(interval, intervalInSeconds);
  if (minutes === 1440) return { grain: 'day' };
  if (minutes === 10_080) return { grain: 'week' };
  if (minutes === 60) return { grain: 'hour' };
  if (minutes !== undefined && Number.isInteger(minutes) && minutes >= 1 && minutes < 1440) {
    return { grain: 'minute', bucketMinutes: minutes };
  }
  refuse(
    place,
    'INTERVAL_INVALID',
    'a timeseries takes whole minutes up to "1 day", or "1 week"; for months ask /api/v1/usage/query with grain "month"',
  );
  return { grain: 'none' };
}

function minutesOf(interval: string | undefined, seconds: number | undefined): number | undefined {
  if (interval === undefined) return seconds === undefined ? undefined : seconds / 60;
  const match = INTERVAL.exec(interval.trim());
  if (match === null) return undefined;
  return Number(match[1]) * MINUTES[(match[2] as string).toLowerCase() as keyof typeof MINUTES];
}
