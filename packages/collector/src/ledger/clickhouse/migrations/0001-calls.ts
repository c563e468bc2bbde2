import { FIRST_CLASS_TAGS } from '@costspan/usage';
import { STORED_CLASSES } from '../../class-costs.ts';
import { METER_COLUMNS } from '../../meter-columns.ts';
import { createTable } from '../layout.ts';
import type { Migration } from './index.ts';

const ID = ['trace_id FixedString(32) CODEC(ZSTD(1))', 'span_id FixedString(16) CODEC(ZSTD(1))'];
const PARENT = 'parent_span_id Nullable(FixedString(16)) CODEC(ZSTD(1))';
const INSTANT = "DateTime64(6, 'UTC')";
const TIMES = [
  `started_at ${INSTANT} CODEC(DoubleDelta, ZSTD(1))`,
  `received_at ${INSTANT} CODEC(DoubleDelta, ZSTD(1))`,
];
const word = (name: string): string => `"${name}" LowCardinality(String)`;
const maybeWord = (name: string): string => `"${name}" LowCardinality(Nullable(String))`;
const maybeText = (name: string): string => `${name} Nullable(String) CODEC(ZSTD(1))`;
const count = (name: string): string => `${name} Nullable(Int64) CODEC(T64, ZSTD(1))`;
const amount = (name: string): string => `${name} Nullable(Decimal(38, 18)) CODEC(ZSTD(1))`;
/** What is billed, and the version that wins: see ../billing-version.ts. */
const BILLING = ['billed Bool', 'version UInt64'];
const MONTH = 'toYYYYMM(started_at)';

/**
 * - `calls`: one row for each call, billed or not. Rows of one call replace each other, the largest `version` wins: the first
 *   that came, unless spans that came later change whether it is billed. Instants are UTC. A meter that is NULL was not reported;
 *   a cost that is NULL is unknown.
 * - `links`: what a call is recognised by, in the order of ids: a look-up of 2,000 traces reads some 2,000 × 256 rows.
 * - `flips`: when it changed whether a call is billed, kept for answers as of a past instant. A call without any was always billed.
 * - `context_spans`: the spans around the calls; the first one stays.
 * - `ledger`: when it was made. The earliest row counts.
 */
export const calls: Migration = {
  version: 1,
  name: 'calls',
  sql: (place) => [
    ...createTable(
      {
        name: 'calls',
        columns: [
          ...ID,
          PARENT,
          ...TIMES,
          'duration_us Int64 CODEC(T64, ZSTD(1))',
          count('time_to_first_chunk_us'),
          ...['provider', 'operation'].map(word),
          ...['model', 'request_model'].map(maybeWord),
          maybeText('response_id'),
          maybeWord('service'),
          word('outcome'),
          maybeWord('error_type'),
          maybeText('context'),
          ...FIRST_CLASS_TAGS.map((tag) =>
            tag === 'user' || tag === 'customer_id' ? maybeText(`"${tag}"`) : maybeWord(tag),
          ),
          'other_tags Map(LowCardinality(String), String) CODEC(ZSTD(1))',
          word('usage_status'),
          ...METER_COLUMNS.map(count),
          amount('seconds'),
          'other_meters Map(LowCardinality(String), Int64) CODEC(ZSTD(1))',
          ...['cost', 'computed_cost', 'list_cost', 'contracted_cost', 'resale_cost'].map(amount),
          ...['currency', 'cost_status'].map(word),
          ...['cost_reason', 'card', 'card_match'].map(maybeWord),
          'lines String CODEC(ZSTD(3))',
          maybeWord('dialect'),
          'billable_stated Bool',
          ...['conversation_id', 'prompt_id', 'prompt_version'].map(maybeText),
          ...['agent_name', 'workflow_name'].map(maybeWord),
          count('max_tokens'),
          'temperature Nullable(Float64)',
          'late Bool',
          maybeWord('native_currency'),
          amount('native_cost'),
          maybeWord('fx_rate'),
          `fx_from Nullable(${INSTANT})`,
          ...STORED_CLASSES.map((name) => amount(`${name}_cost`)),
          ...BILLING,
          'INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1',
          'INDEX by_customer customer_id TYPE bloom_filter(0.01) GRANULARITY 1',
        ],
        version: 'version',
        partitionBy: MONTH,
        orderBy: '(started_at, trace_id, span_id)',
        shardBy: 'cityHash64(trace_id)',
      },
      place,
    ),
    ...createTable(
      {
        name: 'links',
        columns: [
          ...ID,
          PARENT,
          ...TIMES,
          maybeText('response_id'),
          'duration_us Int64',
          word('operation'),
          maybeWord('dialect'),
          'has_usage Bool',
          'billable_stated Bool',
          ...BILLING,
        ],
        version: 'version',
        partitionBy: MONTH,
        orderBy: '(trace_id, span_id)',
        settings: 'index_granularity = 256',
        shardBy: 'cityHash64(trace_id)',
      },
      place,
    ),
    ...createTable(
      {
        name: 'flips',
        columns: [...ID, ...TIMES, ...BILLING],
        partitionBy: MONTH,
        orderBy: '(started_at, trace_id, span_id, version)',
        shardBy: 'cityHash64(trace_id)',
      },
      place,
    ),
    ...createTable(
      {
        name: 'context_spans',
        columns: [
          ...ID,
          PARENT,
          ...TIMES,
          'duration_us Int64',
          ...['kind', 'operation'].map(word),
          maybeWord('name'),
          ...['dialect', 'outcome'].map(word),
          maybeWord('service'),
          maybeText('conversation_id'),
          'version UInt64',
        ],
        version: 'version',
        partitionBy: MONTH,
        orderBy: '(trace_id, span_id)',
        shardBy: 'cityHash64(trace_id)',
      },
      place,
    ),
    ...createTable({ name: 'ledger', columns: [`opened_at ${INSTANT}`], orderBy: 'opened_at', shardBy: '0' }, place),
  ],
};
