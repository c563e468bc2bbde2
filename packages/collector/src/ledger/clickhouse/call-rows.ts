import { billedNames, type CostCard } from '@costspan/pricing';
import { FIRST_CLASS_TAGS, formatMoney } from '@costspan/usage';
import { classCost, STORED_CLASSES } from '../class-costs.ts';
import type { ContextSpan, PricedCall } from '../ledger.ts';
import { FRACTION_METER, hasColumn, METER_COLUMNS } from '../meter-columns.ts';
import { encodeLines } from '../stored-lines.ts';
import { firstStays } from './billing-version.ts';

/** A call on its way into the tables. */
export interface CallRow extends PricedCall {
  readonly receivedAtUs: number;
  readonly late: boolean;
  readonly billed: boolean;
  readonly version: bigint;
}

type Cells<Row> = Readonly<Record<string, (row: Row) => unknown>>;

const CALL_CELLS: Cells<CallRow> = {
  trace_id: ({ call }) => call.traceId.toLowerCase(),
  span_id: ({ call }) => call.spanId.toLowerCase(),
  parent_span_id: ({ call }) => call.parentSpanId?.toLowerCase(),
  started_at: ({ call }) => instantText(call.startedAtUs),
  received_at: ({ receivedAtUs }) => instantText(receivedAtUs),
  duration_us: ({ call }) => call.durationUs,
  time_to_first_chunk_us: ({ call }) => call.timeToFirstChunkUs,
  provider: ({ call }) => call.provider,
  operation: ({ call }) => call.operation,
  model: ({ call }) => billedNames(call).model,
  request_model: ({ call }) => call.requestModel,
  response_id: ({ call }) => call.responseId,
  service: ({ call }) => call.serviceName,
  outcome: ({ call }) => call.outcome,
  error_type: ({ call }) => call.errorType,
  context: ({ call }) => (Object.keys(call.context).length === 0 ? undefined : JSON.stringify(call.context)),
  ...Object.fromEntries(FIRST_CLASS_TAGS.map((tag) => [tag, ({ call }: CallRow) => call.tags[tag]])),
  other_tags: ({ call }) => without(call.tags, (key) => firstClass.has(key)),
  usage_status: ({ call }) => call.usage.status,
  ...Object.fromEntries(METER_COLUMNS.map((meter) => [meter, ({ call }: CallRow) => call.usage.meters[meter]])),
  [FRACTION_METER]: ({ call }) => fractionText(call.usage.meters[FRACTION_METER]),
  other_meters: ({ call }) => without(call.usage.meters, hasColumn),
  cost: ({ cost }) => moneyText(cost.total),
  computed_cost: ({ cost }) => moneyText(cost.computed?.total),
  list_cost: ({ cost }) => moneyText(cost.list),
  contracted_cost: ({ cost }) => moneyText(cost.contracted),
  resale_cost: ({ cost }) => moneyText(cost.resale),
  currency: ({ cost }) => cost.currency,
  cost_status: ({ cost }) => cost.status,
  cost_reason: ({ cost }) => cost.reason,
  card: ({ cost }) => cardText(cost.card),
  card_match: ({ cost }) => cost.match,
  lines: ({ cost }) => encodeLines(cost.lines),
  dialect: ({ call }) => call.dialect,
  billable_stated: ({ call }) => call.billableStated === true,
  conversation_id: ({ call }) => call.conversationId,
  prompt_id: ({ call }) => call.promptId,
  prompt_version: ({ call }) => call.promptVersion,
  agent_name: ({ call }) => call.agentName,
  workflow_name: ({ call }) => call.workflowName,
  max_tokens: ({ call }) => call.maxTokens,
  temperature: ({ call }) => call.temperature,
  late: ({ late }) => late,
  native_currency: ({ cost }) => cost.native?.currency,
  native_cost: ({ cost }) => moneyText(cost.native?.total),
  fx_rate: ({ cost }) => cost.native?.fxRate,
  fx_from: ({ cost }) => instantText(cost.native?.fxFromUs),
  ...Object.fromEntries(
    STORED_CLASSES.map((name) => [`${name}_cost`, ({ cost }: CallRow) => moneyText(classCost(cost, name))]),
  ),
  billed: ({ billed }) => billed,
  version: ({ version }) => version.toString(),
};

const LINK_CELLS: Cells<CallRow> = {
  ...pick(
    CALL_CELLS,
    'trace_id',
    'span_id',
    'parent_span_id',
    'started_at',
    'received_at',
    'response_id',
    'duration_us',
    'operation',
    'dialect',
    'billable_stated',
    'billed',
    'version',
  ),
  has_usage: ({ call }) => call.usage.status !== 'unavailable',
};

/** A context span on its way into its table. */
export interface ContextRow {
  readonly context: ContextSpan;
  readonly receivedAtUs: number;
}

const CONTEXT_CELLS: Cells<ContextRow> = {
  trace_id: ({ context }) => context.traceId.toLowerCase(),
  span_id: ({ context }) => context.spanId.toLowerCase(),
  parent_span_id: ({ context }) => context.parentSpanId?.toLowerCase(),
  started_at: ({ context }) => instantText(context.startedAtUs),
  received_at: ({ receivedAtUs }) => instantText(receivedAtUs),
  duration_us: ({ context }) => context.durationUs,
  kind: ({ context }) => context.kind,
  operation: ({ context }) => context.operation,
  name: ({ context }) => context.name,
  dialect: ({ context }) => context.dialect,
  outcome: ({ context }) => context.outcome,
  service: ({ context }) => context.serviceName,
  conversation_id: ({ context }) => context.conversationId,
  version: ({ receivedAtUs }) => firstStays(receivedAtUs).toString(),
};

/** Columns of a table, and the cells of a row in their order. */
interface RowWriter<Row> {
  readonly columns: readonly string[];
  readonly cells: (row: Row) => readonly unknown[];
}

export const callWriter: RowWriter<CallRow> = writer(CALL_CELLS);
export const linkWriter: RowWriter<CallRow> = writer(LINK_CELLS);
export const flipWriter: RowWriter<CallRow> = writer(
  pick(CALL_CELLS, 'trace_id', 'span_id', 'started_at', 'received_at', 'billed', 'version'),
);
export const contextWriter: RowWriter<ContextRow> = writer(CONTEXT_CELLS);

function writer<Row>(cells: Cells<Row>): RowWriter<Row> {
  const readers = Object.values(cells);
  return { columns: Object.keys(cells), cells: (row) => readers.map((read) => read(row) ?? null) };
}

function pick<Row>(cells: Cells<Row>, ...names: string[]): Cells<Row> {
  return Object.fromEntries(names.map((name) => [name, cells[name] as (row: Row) => unknown]));
}

const firstClass: ReadonlySet<string> = new Set(FIRST_CLASS_TAGS);

function without(all: Readonly<Record<string, unknown>>, isLeftOut: (key: string) => boolean): object {
  return Object.fromEntries(Object.entries(all).filter(([key, value]) => value !== undefined && !isLeftOut(key)));
}

/** As ClickHouse reads it into `DateTime64(6, 'UTC')`: to the microsecond. */
export function instantText(us: number | undefined): string | undefined {
  if (us === undefined) return undefined;
  const ms = Math.floor(us / 1000);
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace('Z', String(us - ms * 1000).padStart(3, '0'));
}

function moneyText(amount: bigint | undefined): string | undefined {
  return amount === undefined ? undefined : formatMoney(amount as Parameters<typeof formatMoney>[0]);
}

/** A count with a fraction by its shortest decimal text; what is finer than 10⁻¹⁸ is cut. */
function fractionText(count: number | undefined): string | undefined {
  if (count === undefined) return undefined;
  const text = String(count);
  return text.includes('e') ? count.toFixed(18) : text;
}

/** A compiled price book gives all calls of a model the same card object. */
const cardTexts = new WeakMap<CostCard, string>();

function cardText(card: CostCard | undefined): string | undefined {
  if (card === undefined) return undefined;
  let text = cardTexts.get(card);
  if (text === undefined) {
    text = JSON.stringify(card);
    cardTexts.set(card, text);
  }
  return text;
}
