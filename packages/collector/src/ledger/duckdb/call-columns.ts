import { billedNames, type CostCard } from '@costspan/pricing';
import { FIRST_CLASS_TAGS, type FirstClassTag, parseMoney } from '@costspan/usage';
import { classCost, STORED_CLASSES } from '../class-costs.ts';
import type { PricedCall } from '../ledger.ts';
import { FRACTION_METER, hasColumn, METER_COLUMNS } from '../meter-columns.ts';
import { storableCost } from '../storable-cost.ts';
import { encodeLines } from '../stored-lines.ts';
import {
  attoColumn,
  booleanColumn,
  type Column,
  commitColumn,
  doubleColumn,
  instantColumn,
  integerColumn,
  integerMapColumn,
  lateColumn,
  spanIdColumn,
  textColumn,
  textMapColumn,
  traceIdColumn,
} from './columns.ts';
import { PARENT_WORD, RESPONSE_WORD, SPAN_WORD, writeIds } from './ids.ts';
import { packRows } from './pack-rows.ts';
import { PACKED_CALLS, type PackedRows } from './packed-rows.ts';
import { writeResponseWords } from './response-words.ts';

/** @throws CostspanError `LEDGER_CALL_INVALID` when an id is not hexadecimal of its length. */
export function packCalls(calls: readonly PricedCall[]): PackedRows {
  const rows = calls.map((priced) => {
    const cost = storableCost(priced.cost);
    return cost === priced.cost ? priced : { call: priced.call, cost };
  });
  return packRows(PACKED_CALLS, CALL_COLUMNS, rows, ({ call }, index, words, at) => {
    writeIds(call, index, 'call', words, at);
    if (call.responseId !== undefined) writeResponseWords(call.responseId, words, at + RESPONSE_WORD);
  });
}

const firstClass: ReadonlySet<string> = new Set(FIRST_CLASS_TAGS);

/** Every column of `calls`, in the order of the table. New ones stand at the end: the journal knows a column by its place. */
export const CALL_COLUMNS: readonly Column<PricedCall>[] = [
  traceIdColumn('trace_id'),
  spanIdColumn('span_id', SPAN_WORD),
  spanIdColumn('parent_span_id', PARENT_WORD),
  instantColumn('started_at', (row) => row.call.startedAtUs),
  commitColumn('received_at', (commit) => commit.receivedAtUs),
  integerColumn('duration_us', (row) => row.call.durationUs),
  integerColumn('time_to_first_chunk_us', (row) => row.call.timeToFirstChunkUs),
  textColumn('provider', (row) => row.call.provider),
  textColumn('operation', (row) => row.call.operation),
  textColumn('model', (row) => billedNames(row.call).model),
  textColumn('request_model', (row) => row.call.requestModel),
  textColumn('response_id', (row) => row.call.responseId, 'unique'),
  textColumn('service', (row) => row.call.serviceName),
  textColumn('outcome', (row) => row.call.outcome),
  textColumn('error_type', (row) => row.call.errorType),
  textColumn('context', (row) => contextText(row)),
  ...FIRST_CLASS_TAGS.map((tag: FirstClassTag) => textColumn<PricedCall>(tag, (row) => row.call.tags[tag])),
  textMapColumn('other_tags', (row, push) => {
    for (const key in row.call.tags) if (!firstClass.has(key)) push(key, row.call.tags[key] as string);
  }),
  textColumn('usage_status', (row) => row.call.usage.status),
  ...METER_COLUMNS.map((meter) => integerColumn<PricedCall>(meter, (row) => row.call.usage.meters[meter])),
  attoColumn(FRACTION_METER, (row) => fractionAtto(row.call.usage.meters[FRACTION_METER])),
  integerMapColumn('other_meters', (row, push) => {
    const meters: Readonly<Record<string, number | undefined>> = row.call.usage.meters;
    for (const meter in meters) {
      const count = meters[meter];
      if (count !== undefined && !hasColumn(meter)) push(meter, count);
    }
  }),
  attoColumn('cost', (row) => row.cost.total),
  attoColumn('computed_cost', (row) => row.cost.computed?.total),
  attoColumn('list_cost', (row) => row.cost.list),
  attoColumn('contracted_cost', (row) => row.cost.contracted),
  attoColumn('resale_cost', (row) => row.cost.resale),
  textColumn('currency', (row) => row.cost.currency),
  textColumn('cost_status', (row) => row.cost.status),
  textColumn('cost_reason', (row) => row.cost.reason),
  textColumn('card', (row) => cardText(row.cost.card)),
  textColumn('card_match', (row) => row.cost.match),
  textColumn('lines', (row) => encodeLines(row.cost.lines), 'unique'),
  textColumn('dialect', (row) => row.call.dialect),
  booleanColumn('billable_stated', (row) => row.call.billableStated === true),
  textColumn('conversation_id', (row) => row.call.conversationId),
  textColumn('prompt_id', (row) => row.call.promptId),
  textColumn('prompt_version', (row) => row.call.promptVersion),
  textColumn('agent_name', (row) => row.call.agentName),
  textColumn('workflow_name', (row) => row.call.workflowName),
  integerColumn('max_tokens', (row) => row.call.maxTokens),
  doubleColumn('temperature', (row) => row.call.temperature),
  lateColumn('late'),
  textColumn('native_currency', (row) => row.cost.native?.currency),
  attoColumn('native_cost', (row) => row.cost.native?.total),
  textColumn('fx_rate', (row) => row.cost.native?.fxRate),
  instantColumn('fx_from', (row) => row.cost.native?.fxFromUs),
  ...STORED_CLASSES.map((name) => attoColumn<PricedCall>(`${name}_cost`, (row) => classCost(row.cost, name))),
];

/** Every column of `superseded`: those of `calls`, and when another span took the place of the call. */
export const SUPERSEDED_COLUMNS: readonly Column<PricedCall>[] = [
  ...CALL_COLUMNS,
  commitColumn('superseded_at', (commit) => commit.receivedAtUs),
];

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

function contextText(row: PricedCall): string | undefined {
  for (const _axis in row.call.context) return JSON.stringify(row.call.context);
  return undefined;
}

/** A count with a fraction as an integer at 10⁻¹⁸, by its shortest decimal text; what is finer than 10⁻¹⁸ is cut. */
function fractionAtto(count: number | undefined): bigint | undefined {
  if (count === undefined) return undefined;
  if (Number.isInteger(count)) return BigInt(count) * 10n ** 18n;
  const text = String(count);
  return text.includes('e') ? BigInt(Math.round(count * 1e18)) : parseMoney(text.slice(0, text.indexOf('.') + 19));
}
