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
import type { CallDetail, CallSummary, CallsPage, CallsQuery } from '../../query/calls-query.ts';
import { formatCursor } from '../../query/cursor.ts';
import { formatInstantUs } from '../../query/instants.ts';
import { decodeLines } from '../stored-lines.ts';
import { FRACTION_METER, METER_COLUMNS } from './call-columns.ts';
import type { Connection, SqlCell } from './database.ts';
import { filterSql } from './filter-sql.ts';
import { SqlParams } from './sql-params.ts';

const ID_COLUMNS = ["replace(trace_id::VARCHAR, '-', '')", "printf('%016x', span_id)"];
const SUMMARY_COLUMNS = [
  ...ID_COLUMNS,
  'epoch_us(started_at)',
  'duration_us',
  'provider',
  'model',
  'request_model',
  'operation',
  'outcome',
  'service',
  ...FIRST_CLASS_TAGS.map((tag) => `"${tag}"`),
  'to_json(other_tags)::VARCHAR',
  ...METER_COLUMNS,
  FRACTION_METER,
  'to_json(other_meters)::VARCHAR',
  'usage_status',
  'cost',
  'currency',
  'cost_status',
];
const DETAIL_COLUMNS = [
  'lines',
  'card',
  'card_match',
  'cost_reason',
  'computed_cost',
  'list_cost',
  'contracted_cost',
  'resale_cost',
  "printf('%016x', parent_span_id)",
  'response_id',
  'error_type',
  'time_to_first_chunk_us',
  'context',
  'epoch_us(received_at)',
];

/** One page, newest first. The order is total (start, then ids), so pages neither repeat nor skip a call. */
export async function readCalls(connection: Connection, query: CallsQuery): Promise<CallsPage> {
  const params = new SqlParams();
  const where = query.filters.map((filter) => filterSql(filter, params));
  if (query.fromUs !== undefined) where.push(`started_at >= ${params.instant(query.fromUs)}`);
  if (query.toUs !== undefined) where.push(`started_at < ${params.instant(query.toUs)}`);
  if (query.after !== undefined) {
    const start = params.instant(query.after.startedAtUs);
    const trace = `${params.text(query.after.traceId)}::UUID`;
    const span = `${params.text(BigInt(`0x${query.after.spanId}`).toString())}::UBIGINT`;
    where.push(`started_at <= ${start}`);
    where.push(`(started_at < ${start} OR trace_id < ${trace} OR (trace_id = ${trace} AND span_id < ${span}))`);
  }
  const rows = await connection.rows(
    `SELECT ${SUMMARY_COLUMNS.join(', ')} FROM calls ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
     ORDER BY started_at DESC, trace_id DESC, span_id DESC LIMIT ${params.integer(query.limit + 1)}`,
    params.values,
  );
  const calls = rows.slice(0, query.limit).map((cells) => summary(new Cells(cells)));
  const last = rows[query.limit - 1];
  if (rows.length <= query.limit || last === undefined) return { calls, next_cursor: null };
  const cells = new Cells(last);
  const traceId = cells.text();
  const spanId = cells.text();
  return { calls, next_cursor: formatCursor({ traceId, spanId, startedAtUs: cells.number() }) };
}

export async function readCall(connection: Connection, id: string): Promise<CallDetail | undefined> {
  const ids: CallId | undefined = parseCallId(id);
  if (ids === undefined) return undefined;
  const params = new SqlParams();
  const [row] = await connection.rows(
    `SELECT ${[...SUMMARY_COLUMNS, ...DETAIL_COLUMNS].join(', ')} FROM calls
     WHERE span_id = ${params.text(BigInt(`0x${ids.spanId}`).toString())}::UBIGINT
       AND trace_id = ${params.text(ids.traceId)}::UUID`,
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
