import { billedNames, type CostCard } from '@costspan/pricing';
import { FIRST_CLASS_TAGS, type FirstClassTag, parseMoney } from '@costspan/usage';
import { classCost, STORED_CLASSES } from '../class-costs.ts';
import type { PricedCall } from '../ledger.ts';
import { FRACTION_METER, hasColumn, METER_COLUMNS } from '../meter-columns.ts';
import { encodeLines } from '../stored-lines.ts';
import { PARENT_WORD, SPAN_WORD } from './batch.ts';
import {
  attoColumn,
  booleanColumn,
  type ColumnWriter,
  doubleColumn,
  idColumn,
  instantColumn,
  integerColumn,
  integerMapColumn,
  shortIdColumn,
  textColumn,
  textMapColumn,
} from './column-writers.ts';

/** A call on its way into the table. */
export interface CallRow extends PricedCall {
  /** The words of its ids at `idsAt`, as in a `Batch`. */
  readonly ids: Uint32Array;
  readonly idsAt: number;
  readonly receivedAtUs: number;
  /** Received long after it ended. */
  readonly late: boolean;
}

const firstClass: ReadonlySet<string> = new Set(FIRST_CLASS_TAGS);

/** Every column of `calls`, in the order of the table. */
export const CALL_COLUMNS: readonly ColumnWriter<CallRow>[] = [
  idColumn('trace_id', (row) => ({ words: row.ids, at: row.idsAt })),
  shortIdColumn('span_id', (row) => ({ words: row.ids, at: row.idsAt + SPAN_WORD })),
  shortIdColumn('parent_span_id', (row) =>
    row.call.parentSpanId === undefined ? undefined : { words: row.ids, at: row.idsAt + PARENT_WORD },
  ),
  instantColumn('started_at', (row) => row.call.startedAtUs),
  instantColumn('received_at', (row) => row.receivedAtUs),
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
  ...FIRST_CLASS_TAGS.map((tag: FirstClassTag) => textColumn<CallRow>(tag, (row) => row.call.tags[tag])),
  textMapColumn('other_tags', (row, push) => {
    for (const key in row.call.tags) if (!firstClass.has(key)) push(key, row.call.tags[key] as string);
  }),
  textColumn('usage_status', (row) => row.call.usage.status),
  ...METER_COLUMNS.map((meter) => integerColumn<CallRow>(meter, (row) => row.call.usage.meters[meter])),
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
  booleanColumn('late', (row) => row.late),
  textColumn('native_currency', (row) => row.cost.native?.currency),
  attoColumn('native_cost', (row) => row.cost.native?.total),
  textColumn('fx_rate', (row) => row.cost.native?.fxRate),
  instantColumn('fx_from', (row) => row.cost.native?.fxFromUs),
  ...STORED_CLASSES.map((name) => attoColumn<CallRow>(`${name}_cost`, (row) => classCost(row.cost, name))),
];

/** Every column of `superseded`: those of `calls`, and when another span took the place of the call. */
export const SUPERSEDED_COLUMNS: readonly ColumnWriter<CallRow>[] = [
  ...CALL_COLUMNS,
  instantColumn('superseded_at', (row) => row.receivedAtUs),
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

function contextText(row: CallRow): string | undefined {
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
