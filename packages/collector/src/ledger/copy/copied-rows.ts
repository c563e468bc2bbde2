import { FIRST_CLASS_TAGS } from '@costspan/usage';
import { STORED_CLASSES } from '../class-costs.ts';
import { METER_COLUMNS } from '../meter-columns.ts';

/** Rows of the source that become rows of a table: each one text, a JSON array of the cells in the order of `columns`. */
export interface CopiedRows {
  readonly table: 'calls' | 'links' | 'flips' | 'context_spans';
  readonly columns: readonly string[];
  readonly sql: string;
}

/** What rows are read from, in parts by `received_at`. */
export const SOURCES = ['calls', 'superseded', 'revised', 'context_spans'] as const;
export type Source = (typeof SOURCES)[number];

const texts = (names: readonly string[]): Cells => Object.fromEntries(names.map((name) => [name, `"${name}"`]));
/** A decimal and an instant as text: JSON has no exact form of them. */
const exact = (names: readonly string[]): Cells => Object.fromEntries(names.map((name) => [name, `${name}::VARCHAR`]));

type Cells = Readonly<Record<string, string>>;

const IDS: Cells = {
  trace_id: "replace(trace_id::VARCHAR, '-', '')",
  span_id: "printf('%016x', span_id)",
};
const PARENT: Cells = { parent_span_id: "printf('%016x', parent_span_id)" };
/** When a call that was billed again first came: as of an instant before, it was not there. */
const FIRST_RECEIVED = 'coalesce(first_received, received_at)';
/**
 * As if one span of its trace had been known (see clickhouse/billing-version.ts): whatever is decided with spans that come
 * later knows more.
 */
const VERSION = `((1::HUGEINT << 42) + ((1::HUGEINT << 42) - 1 - epoch_ms(${FIRST_RECEIVED})))::VARCHAR`;

const CALL: Cells = {
  ...IDS,
  ...PARENT,
  ...exact(['started_at']),
  received_at: `${FIRST_RECEIVED}::VARCHAR`,
  ...texts(['duration_us', 'time_to_first_chunk_us', 'provider', 'operation', 'model', 'request_model', 'response_id']),
  ...texts(['service', 'outcome', 'error_type', 'context', ...FIRST_CLASS_TAGS, 'other_tags', 'usage_status']),
  ...texts(METER_COLUMNS),
  ...exact(['seconds']),
  ...texts(['other_meters']),
  ...exact(['cost', 'computed_cost', 'list_cost', 'contracted_cost', 'resale_cost']),
  ...texts(['currency', 'cost_status', 'cost_reason', 'card', 'card_match', 'lines', 'dialect', 'billable_stated']),
  ...texts(['conversation_id', 'prompt_id', 'prompt_version', 'agent_name', 'workflow_name', 'max_tokens']),
  ...texts(['temperature', 'late', 'native_currency']),
  ...exact(['native_cost']),
  ...texts(['fx_rate']),
  ...exact(['fx_from', ...STORED_CLASSES.map((name) => `${name}_cost`)]),
};

/** The last word about a call comes from the flips of the source, each later one with a larger version than the one before. */
const flipOf = (at: string, billed: boolean): Cells => ({
  ...IDS,
  ...exact(['started_at']),
  received_at: `${at}::VARCHAR`,
  billed: String(billed),
  version: `epoch_ms(${at})::VARCHAR`,
});

/** What the rows of a source with `received_at` from `$1` to `$2`, both inclusive, in microseconds, become. The links come last: they say that the calls are there. */
export function copiedRows(source: Source): CopiedRows[] {
  switch (source) {
    case 'calls':
      return ofCalls(source, true);
    case 'superseded':
      return [rows('flips', flipOf('superseded_at', false), 'superseded'), ...ofCalls(source, false)];
    case 'revised':
      return [
        rows('flips', flipOf('superseded_at', false), 'revised'),
        rows('flips', flipOf('revived_at', true), 'revised'),
      ];
    case 'context_spans':
      return [
        rows(
          'context_spans',
          {
            ...IDS,
            ...PARENT,
            ...exact(['started_at', 'received_at']),
            ...texts(['duration_us', 'kind', 'operation', 'name', 'dialect', 'outcome', 'service', 'conversation_id']),
            version: '((1::HUGEINT << 42) - 1 - epoch_ms(received_at))::VARCHAR',
          },
          'context_spans',
        ),
      ];
    default:
      return source satisfies never;
  }
}

function ofCalls(source: 'calls' | 'superseded', billed: boolean): CopiedRows[] {
  const from = `(SELECT * FROM ${source} LEFT JOIN (
    SELECT trace_id, span_id, min(received_at) AS first_received FROM revised GROUP BY ALL
  ) USING (trace_id, span_id))`;
  const billing = { billed: String(billed), version: VERSION };
  const { duration_us, response_id, operation, dialect, billable_stated, started_at, received_at } = CALL as Record<
    string,
    string
  >;
  const link: Cells = {
    ...IDS,
    ...PARENT,
    ...({ started_at, received_at, response_id, duration_us, operation, dialect, billable_stated } as Cells),
    has_usage: "usage_status <> 'unavailable'",
    ...billing,
  };
  return [rows('calls', { ...CALL, ...billing }, from), rows('links', link, from)];
}

function rows(table: CopiedRows['table'], cells: Cells, from: string): CopiedRows {
  const names = Object.keys(cells);
  const list = Object.values(cells).map((sql) => `to_json(${sql})`);
  return {
    table,
    columns: names,
    // JSON has no infinity and no NaN, and neither has a cell.
    sql: `SELECT json_array(${list.join(', ')})::VARCHAR FROM ${from}
      WHERE received_at BETWEEN make_timestamp($1::BIGINT) AND make_timestamp($2::BIGINT)`,
  };
}
