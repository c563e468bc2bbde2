import {
  attoFromInteger,
  FIRST_CLASS_TAGS,
  formatMoney,
  type Meters,
  type Outcome,
  type PricingContext,
  type UsageStatus,
} from '@costspan/usage';
import { type CallId, parseCallId } from '../../query/call-id.ts';
import type {
  CallDetail,
  CallOrder,
  CallPosition,
  CallSummary,
  CallsPage,
  CallsQuery,
} from '../../query/calls-query.ts';
import { formatCursor } from '../../query/cursor.ts';
import { fieldsOf } from '../../query/filter.ts';
import { formatInstantUs } from '../../query/instants.ts';
import type { TagKeyCount, TagKeysQuery } from '../../query/values-query.ts';
import { type ContextKind, type ContextSpan, TRACE_SPANS_MAX, type TraceSpans } from '../ledger.ts';
import { FRACTION_METER, METER_COLUMNS } from '../meter-columns.ts';
import { decodeLines } from '../stored-lines.ts';
import type { Dialect, SqlCell, SqlReader } from './dialect.ts';
import { callsTable } from './field-sql.ts';
import { filterSql } from './filter-sql.ts';
import { SqlParams } from './sql-params.ts';

const summaryColumns = (dialect: Dialect): readonly string[] => [
  dialect.traceHex('trace_id'),
  dialect.spanHex('span_id'),
  dialect.epochUs('started_at'),
  'duration_us',
  'provider',
  'model',
  'request_model',
  'operation',
  'outcome',
  'service',
  ...FIRST_CLASS_TAGS.map((tag) => `"${tag}"`),
  dialect.mapText('other_tags'),
  ...METER_COLUMNS,
  FRACTION_METER,
  dialect.mapText('other_meters'),
  'usage_status',
  'cost',
  'currency',
  'cost_status',
  'dialect',
  'conversation_id',
  'prompt_id',
  'prompt_version',
  'agent_name',
  'workflow_name',
  'max_tokens',
  'temperature',
  'late',
];
const detailColumns = (dialect: Dialect): readonly string[] => [
  'lines',
  'card',
  'card_match',
  'cost_reason',
  'computed_cost',
  'list_cost',
  'contracted_cost',
  'resale_cost',
  'native_currency',
  'native_cost',
  'fx_rate',
  dialect.epochUs('fx_from'),
  dialect.spanHex('parent_span_id'),
  'response_id',
  'error_type',
  'time_to_first_chunk_us',
  'context',
  dialect.epochUs('received_at'),
];

const ORDER_SQL: Readonly<Record<CallOrder, string>> = {
  started_at: 'started_at',
  cost: "CASE WHEN currency = 'USD' THEN cost END",
  duration_ms: 'duration_us',
};
/** The unscaled value that a cursor carries. */
function positionSql(order: CallOrder, { epochUs }: Dialect): string {
  return order === 'started_at' ? epochUs(ORDER_SQL.started_at) : ORDER_SQL[order];
}

/** One page. The order is total (start, cost or duration, then ids), so pages neither repeat nor skip a call. */
export async function readCalls({ dialect, rows: ask }: SqlReader, query: CallsQuery): Promise<CallsPage> {
  const params = new SqlParams(dialect);
  const { field, direction } = query.orderBy ?? { field: 'started_at', direction: 'desc' };
  const where = query.filters.map((filter) => filterSql(filter, params));
  if (query.fromUs !== undefined) where.push(`started_at >= ${params.instant(query.fromUs)}`);
  if (query.toUs !== undefined) where.push(`started_at < ${params.instant(query.toUs)}`);
  if (query.receivedAfterUs !== undefined) where.push(`received_at > ${params.instant(query.receivedAfterUs)}`);
  if (query.after !== undefined) where.push(...afterSql(query.after, { field, direction }, params));
  const way = direction === 'asc' ? 'ASC' : 'DESC';
  const table = callsTable(fieldsOf(query.filters), dialect.tables(undefined, false, params), dialect);
  const rows = await ask(
    `SELECT ${[positionSql(field, dialect), ...summaryColumns(dialect)].join(', ')} FROM ${table}
     ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
     ORDER BY ${ORDER_SQL[field]} ${way} NULLS LAST, trace_id ${way}, span_id ${way} LIMIT ${params.integer(query.limit + 1)}`,
    params.values,
  );
  const calls = rows.slice(0, query.limit).map(([, ...cells]) => summary(new Cells(cells)));
  const last = rows[query.limit - 1];
  if (rows.length <= query.limit || last === undefined) return { calls, next_cursor: null };
  const [value, traceId, spanId] = last;
  const id = { traceId: String(traceId), spanId: String(spanId) };
  const position: CallPosition =
    field === 'started_at'
      ? { ...id, startedAtUs: Number(value) }
      : { ...id, value: value === null ? null : BigInt(value as bigint) };
  return { calls, next_cursor: formatCursor(position, query.orderBy) };
}

/** Holds for the calls that come after a position in an order. */
function afterSql(
  after: CallPosition,
  { field, direction }: NonNullable<CallsQuery['orderBy']>,
  params: SqlParams,
): string[] {
  const beyond = direction === 'asc' ? '>' : '<';
  const column = ORDER_SQL[field];
  const trace = params.dialect.traceId(params.text(after.traceId));
  const span = params.dialect.spanId(params.text(after.spanId));
  const laterId = `(trace_id ${beyond} ${trace} OR (trace_id = ${trace} AND span_id ${beyond} ${span}))`;
  if ('startedAtUs' in after) {
    const start = params.instant(after.startedAtUs);
    return [`started_at ${beyond}= ${start}`, `(started_at ${beyond} ${start} OR ${laterId})`];
  }
  // Unknown values come last either way.
  if (after.value === null) return [`${column} IS NULL`, laterId];
  const value =
    field === 'cost' ? params.decimal(formatMoney(attoFromInteger(after.value))) : params.decimal(String(after.value));
  return [`(${column} ${beyond} ${value} OR ${column} IS NULL OR (${column} = ${value} AND ${laterId}))`];
}

export async function readCall({ dialect, rows }: SqlReader, id: string): Promise<CallDetail | undefined> {
  const ids: CallId | undefined = parseCallId(id);
  if (ids === undefined) return undefined;
  const params = new SqlParams(dialect);
  const [row] = await rows(
    `SELECT ${[...summaryColumns(dialect), ...detailColumns(dialect)].join(', ')}
     FROM ${dialect.tables(undefined, false, params).calls}
     WHERE span_id = ${dialect.spanId(params.text(ids.spanId))} AND trace_id = ${dialect.traceId(params.text(ids.traceId))}`,
    params.values,
  );
  return row === undefined ? undefined : detail(new Cells(row), ids);
}

/** Reads the cells of a row one after the other, in the order of the columns asked for. */
class Cells {
  readonly #cells: readonly SqlCell[];
  #next = 0;

  constructor(cells: readonly SqlCell[]) {
    this.#cells = cells;
  }

  textOrNull(): string | null {
    const cell = this.#take();
    return cell === null ? null : String(cell);
  }

  text(): string {
    return String(this.#take());
  }

  numberOrNull(): number | null {
    const cell = this.#take();
    return cell === null ? null : Number(cell);
  }

  number(): number {
    return Number(this.#take());
  }

  decimalOrNull(): string | null {
    const cell = this.#take();
    return cell === null ? null : formatMoney(attoFromInteger(cell as bigint));
  }

  #take(): SqlCell {
    const cell = this.#cells[this.#next] as SqlCell;
    this.#next += 1;
    return cell;
  }
}

function summary(cells: Cells): CallSummary {
  const id = `${cells.text()}-${cells.text()}`;
  return {
    id,
    started_at: formatInstantUs(cells.number()),
    duration_ms: cells.number() / 1000,
    provider: cells.text(),
    model: cells.textOrNull(),
    request_model: cells.textOrNull(),
    operation: cells.text(),
    outcome: cells.text() as Outcome,
    service: cells.textOrNull(),
    tags: tags(cells),
    usage: meters(cells),
    usage_status: cells.text() as UsageStatus,
    cost: cells.decimalOrNull(),
    currency: cells.text(),
    cost_status: cells.text(),
    dialect: cells.textOrNull(),
    conversation_id: cells.textOrNull(),
    prompt_id: cells.textOrNull(),
    prompt_version: cells.textOrNull(),
    agent: cells.textOrNull(),
    workflow: cells.textOrNull(),
    max_tokens: cells.numberOrNull(),
    temperature: cells.numberOrNull(),
    late: cells.text() === 'true',
  };
}

function tags(cells: Cells): Record<string, string> {
  const found: Record<string, string> = {};
  for (const tag of FIRST_CLASS_TAGS) {
    const value = cells.textOrNull();
    if (value !== null) found[tag] = value;
  }
  return { ...found, ...(JSON.parse(cells.text()) as Record<string, string>) };
}

function meters(cells: Cells): Meters {
  const found: Record<string, number> = {};
  for (const meter of METER_COLUMNS) {
    const count = cells.numberOrNull();
    if (count !== null) found[meter] = count;
  }
  const fraction = cells.decimalOrNull();
  if (fraction !== null) found[FRACTION_METER] = Number(fraction);
  return { ...found, ...(JSON.parse(cells.text()) as Record<string, number>) };
}

function detail(cells: Cells, { traceId, spanId }: CallId): CallDetail {
  const call = summary(cells);
  const lines = decodeLines(cells.text());
  const card = cells.textOrNull();
  const match = cells.textOrNull();
  const reason = cells.textOrNull();
  const computed = cells.decimalOrNull();
  const list = cells.decimalOrNull();
  const contracted = cells.decimalOrNull();
  const resale = cells.decimalOrNull();
  const native = nativeCost(cells);
  const parent = cells.textOrNull();
  const responseId = cells.textOrNull();
  const errorType = cells.textOrNull();
  const firstChunkUs = cells.numberOrNull();
  const context = cells.textOrNull();
  return {
    ...call,
    lines,
    card: card === null ? null : (JSON.parse(card) as NonNullable<CallDetail['card']>),
    match: match as CallDetail['match'],
    reason,
    computed_cost: computed,
    list_cost: list,
    contracted_cost: contracted,
    resale_cost: resale,
    native,
    trace_id: traceId,
    span_id: spanId,
    parent_span_id: parent,
    response_id: responseId,
    error_type: errorType,
    time_to_first_chunk_ms: firstChunkUs === null ? null : firstChunkUs / 1000,
    context: context === null ? {} : (JSON.parse(context) as PricingContext),
    received_at: formatInstantUs(cells.number()),
  };
}

function nativeCost(cells: Cells): CallDetail['native'] {
  const currency = cells.textOrNull();
  const cost = cells.decimalOrNull();
  const rate = cells.textOrNull();
  const fromUs = cells.numberOrNull();
  if (currency === null || cost === null) return null;
  return { currency, cost, fx_rate: rate, fx_from: fromUs === null ? null : formatInstantUs(fromUs) };
}

/** The tags that calls carry besides those with a column of their own, those on most calls first. */
export async function readTagKeys({ dialect, rows: ask }: SqlReader, query: TagKeysQuery): Promise<TagKeyCount[]> {
  const params = new SqlParams(dialect);
  const where = ['true'];
  const { calls } = dialect.tables(undefined, false, params);
  if (query.fromUs !== undefined) where.push(`started_at >= ${params.instant(query.fromUs)}`);
  if (query.toUs !== undefined) where.push(`started_at < ${params.instant(query.toUs)}`);
  const rows = await ask(
    `SELECT key, count(*) AS n FROM (SELECT ${dialect.eachKey('other_tags')} AS key FROM ${calls} WHERE ${where.join(' AND ')}) AS keys
     GROUP BY key ORDER BY n DESC, key LIMIT ${params.integer(query.limit)}`,
    params.values,
  );
  return rows.map(([key, calls]) => ({ key: String(key), calls: Number(calls) }));
}

/** Without an index on ids this looks at the ids of all calls, some 10 ms per million. */
export async function readTrace({ dialect, rows }: SqlReader, traceId: string): Promise<TraceSpans | undefined> {
  if (!/^[0-9a-f]{32}$/.test(traceId)) return undefined;
  const params = new SqlParams(dialect);
  const tables = dialect.tables(undefined, false, params);
  const ofTrace = `WHERE trace_id = ${dialect.traceId(params.text(traceId))} ORDER BY started_at, span_id LIMIT ${TRACE_SPANS_MAX + 1}`;
  const calls = await rows(
    `SELECT ${[dialect.spanHex('parent_span_id'), ...summaryColumns(dialect)].join(', ')} FROM ${tables.calls} ${ofTrace}`,
    params.values,
  );
  const contexts = await rows(
    `SELECT ${contextColumns(dialect).join(', ')} FROM ${tables.contexts()} ${ofTrace}`,
    params.values,
  );
  if (calls.length + contexts.length === 0) return undefined;
  return {
    calls: calls
      .slice(0, TRACE_SPANS_MAX)
      .map(([parent, ...cells]) => ({ ...summary(new Cells(cells)), parent_span_id: parent as string | null })),
    contexts: contexts.slice(0, TRACE_SPANS_MAX).map((cells) => contextSpan(new Cells(cells), traceId)),
    isTruncated: calls.length > TRACE_SPANS_MAX || contexts.length > TRACE_SPANS_MAX,
  };
}

const contextColumns = ({ spanHex, epochUs }: Dialect): readonly string[] => [
  spanHex('span_id'),
  spanHex('parent_span_id'),
  epochUs('started_at'),
  'duration_us',
  'kind',
  'operation',
  'name',
  'dialect',
  'outcome',
  'service',
  'conversation_id',
];

function contextSpan(cells: Cells, traceId: string): ContextSpan {
  const spanId = cells.text();
  const parentSpanId = cells.textOrNull();
  const [startedAtUs, durationUs] = [cells.number(), cells.number()];
  const kind = cells.text() as ContextKind;
  const operation = cells.text();
  const name = cells.textOrNull();
  const dialect = cells.text();
  const outcome = cells.text() as Outcome;
  const serviceName = cells.textOrNull();
  const conversationId = cells.textOrNull();
  return {
    traceId,
    spanId,
    ...(parentSpanId === null ? {} : { parentSpanId }),
    startedAtUs,
    durationUs,
    kind,
    operation,
    ...(name === null ? {} : { name }),
    dialect,
    outcome,
    ...(serviceName === null ? {} : { serviceName }),
    ...(conversationId === null ? {} : { conversationId }),
  };
}
