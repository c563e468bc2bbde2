import type { Meter } from '@costspan/usage';
import { CALL_METRICS, type CallMetric, type Metric, QUANTILES, type Quantile } from '../../query/metrics.ts';
import { STORED_CLASSES, type StoredClass } from '../class-costs.ts';
import { FRACTION_METER, hasColumn } from '../meter-columns.ts';
import type { Dialect } from './dialect.ts';

/** Where the parts of a metric come from: single calls, or sums of them by hour. */
export type CallSource = 'calls' | 'hours';

export interface MetricSql {
  /** Columns it needs of each row, by alias; each may be summed within a group beforehand. In `hours` a part that the sums do not know is NULL. */
  readonly parts: (source: CallSource) => Readonly<Record<string, string>>;
  /** Columns whose different values it counts, by alias. They are kept apart until then. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Columns it needs of single calls, by alias. They cannot be summed. */
  readonly singles?: Readonly<Record<string, string>>;
  /** The cells that its value is read from: see read-metric.ts. */
  readonly cells: readonly string[];
  /** What the answer is ordered by: an exact number. */
  readonly order: string;
  /** Exact also where only the sums by hour are left. */
  readonly fromHours: boolean;
}

const isUsd = "currency = 'USD'";
/** How many calls a row stands for. */
const CALLS: Readonly<Record<CallSource, string>> = { calls: '1', hours: 'calls' };
/** Averages and rates are ordered to this fraction of their unit; equal ones by name. */
const ORDER_SCALE = 1_000_000_000;

export function metricSql(metric: Metric, dialect: Dialect): MetricSql {
  return metric in CALL_METRICS ? callMetric(metric as CallMetric, dialect) : meter(metric as Meter, dialect);
}

function callMetric(metric: CallMetric, dialect: Dialect): MetricSql {
  switch (metric) {
    case 'calls':
      return sum('n', (source) => CALLS[source]);
    case 'cost':
      return money('cost', 'cost', 'cost');
    case 'list_cost':
      return money('list', 'coalesce(list_cost, computed_cost, cost)', 'list_cost');
    case 'contracted_cost':
      return money('contracted', 'contracted_cost', 'contracted_cost');
    case 'resale_cost':
      return money('resale', 'resale_cost', 'resale_cost');
    case 'margin':
      return money('margin', 'resale_cost - cost', 'margin');
    case 'input_cost':
      return classCost('input');
    case 'cache_read_cost':
      return classCost('cache_read');
    case 'cache_write_cost':
      return classCost('cache_write');
    case 'output_cost':
      return classCost('output');
    case 'other_cost':
      return otherCost(dialect);
    case 'errors':
      return countIf('errors', "outcome = 'error'");
    case 'error_rate':
      return ratio(countIf('errors', "outcome = 'error'"), callMetric('calls', dialect), dialect);
    case 'unpriced_calls':
      return unpriced();
    case 'estimated_calls':
      return countIf('estimated', "usage_status = 'estimated'");
    case 'late_calls':
      return sum('late', (source) => (source === 'hours' ? 'late_calls' : 'CASE WHEN late THEN 1 ELSE 0 END'));
    case 'tokens':
      return tokens(dialect);
    case 'cost_per_call':
      return costPerCall(dialect);
    case 'cache_hit_share':
      return ratio(meter('cache_read_tokens', dialect), meter('input_tokens', dialect), dialect);
    case 'customers':
      return distinct('customer', 'customer_id', true);
    case 'users':
      return distinct('user', '"user"', false);
    case 'output_tokens_per_second':
      return outputRate(dialect);
    case 'duration_ms_avg':
      return ratio(
        sum('duration', () => dialect.summable('duration_us')),
        callMetric('calls', dialect),
        dialect,
      );
    case 'time_to_first_token_ms_avg':
      return ratio(
        sum('wait', () => dialect.summable('time_to_first_chunk_us')),
        sum('wait_n', (source) =>
          source === 'hours'
            ? 'time_to_first_chunk_calls'
            : 'CASE WHEN time_to_first_chunk_us IS NOT NULL THEN 1 ELSE 0 END',
        ),
        dialect,
      );
    case 'duration_ms_p50':
    case 'duration_ms_p75':
    case 'duration_ms_p90':
    case 'duration_ms_p95':
    case 'duration_ms_p99':
      return quantile('each_duration', 'duration_us', metric, dialect);
    case 'time_to_first_token_ms_p50':
    case 'time_to_first_token_ms_p75':
    case 'time_to_first_token_ms_p90':
    case 'time_to_first_token_ms_p95':
    case 'time_to_first_token_ms_p99':
      return quantile('each_first', 'time_to_first_chunk_us', metric, dialect);
    default:
      return metric satisfies never;
  }
}

function sum(alias: string, part: (source: CallSource) => string, fromHours = true): MetricSql {
  return {
    parts: (source) => ({ [alias]: part(source) }),
    cells: [`sum(${alias})`],
    order: `sum(${alias})`,
    fromHours,
  };
}

function countIf(alias: string, condition: string): MetricSql {
  return sum(alias, (source) => `CASE WHEN ${condition} THEN ${CALLS[source]} ELSE 0 END`);
}

/** Amounts are in USD; one in another currency is not converted, and its call counts as one that is not in the sum. */
function money(alias: string, ofCall: string, ofHour: string): MetricSql {
  return sum(alias, (source) => `CASE WHEN ${isUsd} THEN ${source === 'hours' ? ofHour : ofCall} END`);
}

function unpriced(): MetricSql {
  return sum('unpriced', (source) =>
    source === 'hours'
      ? `CASE WHEN ${isUsd} THEN unpriced_calls ELSE calls END`
      : `CASE WHEN cost IS NULL OR NOT ${isUsd} THEN 1 ELSE 0 END`,
  );
}

function meter(name: Meter, { mapValue, summable }: Dialect): MetricSql {
  if (name === FRACTION_METER) return sum(`m_${name}`, () => name);
  return sum(`m_${name}`, () => summable(hasColumn(name) ? name : mapValue('other_meters', `'${name}'`)));
}

function tokens(dialect: Dialect): MetricSql {
  const [input, output] = [meter('input_tokens', dialect), meter('output_tokens', dialect)];
  const either = '(m_input_tokens IS NOT NULL OR m_output_tokens IS NOT NULL)';
  const both = 'coalesce(m_input_tokens, 0) + coalesce(m_output_tokens, 0)';
  const value = `sum(CASE WHEN ${either} THEN ${both} END)`;
  return {
    parts: (source) => ({ ...input.parts(source), ...output.parts(source) }),
    cells: [value],
    order: value,
    fromHours: true,
  };
}

function distinct(alias: string, column: string, fromHours: boolean): MetricSql {
  const value = `count(DISTINCT key_${alias})`;
  return { parts: () => ({}), keys: { [`key_${alias}`]: column }, cells: [value], order: value, fromHours };
}

function ratio(over: MetricSql, under: MetricSql, { huge, quotient }: Dialect): MetricSql {
  const [top, bottom] = [over.cells[0] as string, under.cells[0] as string];
  return {
    parts: (source) => ({ ...over.parts(source), ...under.parts(source) }),
    cells: [top, bottom],
    order: quotient(`${huge(top)} * ${ORDER_SCALE}`, `nullif(${huge(bottom)}, 0)`),
    fromHours: over.fromHours && under.fromHours,
  };
}

/** Over the calls whose cost is known: an unknown cost is no cost of zero. */
function costPerCall(dialect: Dialect): MetricSql {
  const [cost, calls, without] = [callMetric('cost', dialect), callMetric('calls', dialect), unpriced()];
  const known = 'sum(n) - sum(unpriced)';
  return {
    parts: (source) => ({ ...cost.parts(source), ...calls.parts(source), ...without.parts(source) }),
    cells: ['sum(cost)', known],
    order: dialect.quotient(dialect.atto('sum(cost)'), `nullif(${known}, 0)`),
    fromHours: true,
  };
}

function outputRate(dialect: Dialect): MetricSql {
  const has = 'output_tokens IS NOT NULL AND duration_us > 0';
  const part = (sql: string) => (source: CallSource) =>
    source === 'hours' ? dialect.nothing('integer') : `CASE WHEN ${has} THEN ${dialect.summable(sql)} END`;
  const [output, duration] = [part('output_tokens'), part('duration_us')];
  return ratio(sum('timed_output', output, false), sum('timed_duration', duration, false), dialect);
}

function quantile(alias: string, column: string, metric: CallMetric, dialect: Dialect): MetricSql {
  const share = QUANTILES[metric.slice(-3) as Quantile];
  const value = dialect.quantile(alias, share);
  return { parts: () => ({}), singles: { [alias]: column }, cells: [value], order: value, fromHours: false };
}

function classCost(name: StoredClass): MetricSql {
  return money(`c_${name}`, `${name}_cost`, `${name}_cost`);
}

/** The cost less its four classes of tokens; subtracted when it is read. */
function otherCost(dialect: Dialect): MetricSql {
  const classes = STORED_CLASSES.map(classCost);
  const parts = classes.map((each) => each.cells[0] as string);
  const cost = callMetric('cost', dialect);
  return {
    parts: (source) => Object.assign({}, cost.parts(source), ...classes.map((each) => each.parts(source))),
    cells: ['sum(cost)', ...parts],
    order: `sum(cost) - (${parts.map((part) => `coalesce(${part}, 0)`).join(' + ')})`,
    fromHours: true,
  };
}
