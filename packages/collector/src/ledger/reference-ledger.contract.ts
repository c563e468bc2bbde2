import { billedNames, type Cost } from '@costspan/pricing';
import { type Atto, FIRST_CLASS_TAGS, formatMoney } from '@costspan/usage';
import { parseCallId } from '../query/call-id.ts';
import type { CallDetail, CallPosition, CallSummary, CallsQuery } from '../query/calls-query.ts';
import { formatCursor } from '../query/cursor.ts';
import type { Filter } from '../query/filter.ts';
import { formatInstantUs } from '../query/instants.ts';
import { formatPageCursor } from '../query/page-cursor.ts';
import type { TimeRange } from '../query/periods.ts';
import { type ContextSpan, type Ledger, type LedgerCost, LedgerUnavailableError, type PricedCall } from './ledger.ts';
import {
  answerRows,
  groupCount,
  isLate,
  isUnpriced,
  passes,
  type Row,
  values,
  withNames,
} from './reference-usage.contract.ts';

export interface Kept extends PricedCall {
  readonly receivedAtUs: number;
  /** When its ledger was made. */
  readonly openedUs: number;
}

/**
 * The ledger contract in the plainest words there are: a list, loops and BigInt. It shares no code with the stores it is
 * held against but the words (types, labels, instants); the local calendar is read off `Intl`, call by call.
 */
export function openReferenceLedger(nowUs: () => number): Ledger {
  const kept = new Map<string, Kept>();
  const contexts = new Map<string, ContextSpan>();
  const rows = (): Row[] => [...kept.values()].map((row) => withNames(row, [...contexts.values()]));
  let closed = false;
  let newestUs = 0;
  const openedUs = nowUs();
  const open = () => {
    if (closed) throw new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed');
  };
  return {
    async append(batch, spans = []) {
      open();
      let inserted = 0;
      newestUs = Math.max(nowUs(), newestUs + 1);
      for (const span of spans) {
        const id = `${span.traceId}-${span.spanId}`;
        if (!contexts.has(id)) contexts.set(id, span);
      }
      for (const priced of batch) {
        const id = idOf(priced);
        if (kept.has(id)) continue;
        kept.set(id, { call: priced.call, cost: boundedCost(priced.cost), receivedAtUs: newestUs, openedUs });
        inserted += 1;
      }
      return { inserted, duplicates: batch.length - inserted, superseded: 0, expired: 0 };
    },
    async query(query) {
      open();
      const { asOfUs = newestUs, compare } = query;
      const known = rows().filter(({ receivedAtUs }) => receivedAtUs <= asOfUs);
      const of = ({ fromUs, toUs }: TimeRange) => known.filter((row) => isAsked(row, fromUs, toUs, query.filters));
      const found = of(query);
      const before = compare === undefined ? undefined : of(compare);
      const total = values(found, query.metrics);
      const next = (query.page?.skip ?? 0) + query.limit;
      const starts = rows().map(({ call }) => call.startedAtUs);
      return {
        rows: answerRows(found, before, query),
        total: before === undefined ? total : ({ ...total, previous: values(before, query.metrics) } as never),
        unpriced_calls: found.filter(isUnpriced).length,
        late_calls: found.filter(isLate).length,
        expired_calls: 0,
        source: 'calls',
        complete_to: formatInstantUs(Math.min(nowUs(), query.asOfUs ?? nowUs())),
        data_from: starts.length === 0 ? null : formatInstantUs(Math.min(...starts)),
        ...(compare === undefined
          ? {}
          : { compared_with: { from: formatInstantUs(compare.fromUs), to: formatInstantUs(compare.toUs) } }),
        ...(query.page === undefined
          ? {}
          : { next_cursor: groupCount(found, query) > next ? formatPageCursor(query, { skip: next, asOfUs }) : null }),
      };
    },
    async calls(query) {
      open();
      const order = callOrder(query);
      const found = rows()
        .filter((row) => isAsked(row, query.fromUs ?? 0, query.toUs ?? Number.POSITIVE_INFINITY, query.filters))
        .filter(({ receivedAtUs }) => receivedAtUs > (query.receivedAfterUs ?? -1))
        .sort((a, b) => order(placeOf(a, query), placeOf(b, query)))
        .filter((row) => query.after === undefined || order(placeOf(row, query), query.after) > 0);
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      return {
        calls: page.map(summaryOf),
        next_cursor:
          found.length > query.limit && last !== undefined ? formatCursor(placeOf(last, query), query.orderBy) : null,
      };
    },
    async call(id) {
      open();
      const ids = parseCallId(id);
      const row = ids === undefined ? undefined : kept.get(`${ids.traceId}-${ids.spanId}`);
      return row === undefined ? undefined : detailOf(row);
    },
    async trace(traceId) {
      open();
      const byStart = (a: { startedAtUs: number; spanId: string }, b: { startedAtUs: number; spanId: string }) =>
        a.startedAtUs - b.startedAtUs || (a.spanId < b.spanId ? -1 : 1);
      const calls = rows()
        .filter(({ call }) => call.traceId === traceId)
        .sort((a, b) => byStart(a.call, b.call));
      const spans = [...contexts.values()].filter((span) => span.traceId === traceId).sort(byStart);
      if (calls.length + spans.length === 0) return undefined;
      return {
        calls: calls.map((row) => ({ ...summaryOf(row), parent_span_id: row.call.parentSpanId ?? null })),
        contexts: spans,
        isTruncated: false,
      };
    },
    async tagKeys({ fromUs = 0, toUs = Number.POSITIVE_INFINITY, limit }) {
      open();
      const counts = new Map<string, number>();
      for (const row of rows()) {
        if (!isAsked(row, fromUs, toUs, [])) continue;
        for (const key of Object.keys(row.call.tags)) {
          if (!(FIRST_CLASS_TAGS as readonly string[]).includes(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
      const found = [...counts].map(([key, calls]) => ({ key, calls }));
      return found.sort((a, b) => b.calls - a.calls || (a.key < b.key ? -1 : 1)).slice(0, limit);
    },
    async close() {
      closed = true;
    },
  };
}

function boundedCost(cost: Cost): Cost {
  const most = 10n ** 30n;
  if (cost.total === undefined || (cost.total > -most && cost.total < most)) return cost;
  return { ...cost, status: 'inconsistent', total: undefined, lines: [], reason: 'amount_too_large' };
}

function idOf({ call }: PricedCall): string {
  return `${call.traceId}-${call.spanId}`;
}

function isAsked(row: Row, fromUs: number, toUs: number, filters: readonly Filter[]): boolean {
  const start = row.call.startedAtUs;
  return start >= fromUs && start < toUs && filters.every((filter) => passes(row, filter));
}

function placeOf({ call, cost }: Kept, { orderBy }: CallsQuery): CallPosition {
  const { traceId, spanId, startedAtUs } = call;
  if (orderBy?.field === 'duration_ms') return { traceId, spanId, value: BigInt(call.durationUs) };
  if (orderBy?.field !== 'cost') return { traceId, spanId, startedAtUs };
  return { traceId, spanId, value: cost.total === undefined || cost.currency !== 'USD' ? null : cost.total };
}

/** Unknown values last either way; equal ones by their ids, in the direction of the order. */
function callOrder({ orderBy }: CallsQuery): (a: CallPosition, b: CallPosition) => number {
  const sign = orderBy?.direction === 'asc' ? 1 : -1;
  const rankOf = (place: CallPosition) => ('value' in place ? place.value : BigInt(place.startedAtUs));
  return (a, b) => {
    const [left, right] = [rankOf(a), rankOf(b)];
    if (left !== right) {
      if (left === null || right === null) return left === null ? 1 : -1;
      return left < right ? -sign : sign;
    }
    const [one, other] = [`${a.traceId}-${a.spanId}`, `${b.traceId}-${b.spanId}`];
    return one === other ? 0 : one < other ? -sign : sign;
  };
}

function summaryOf(row: Kept): CallSummary {
  const { call, cost } = row;
  return {
    id: `${call.traceId}-${call.spanId}`,
    started_at: formatInstantUs(call.startedAtUs),
    duration_ms: call.durationUs / 1000,
    provider: call.provider,
    model: billedNames(call).model ?? null,
    request_model: call.requestModel ?? null,
    operation: call.operation,
    outcome: call.outcome,
    service: call.serviceName ?? null,
    tags: call.tags,
    usage: call.usage.meters,
    usage_status: call.usage.status,
    cost: textOf(cost.total),
    currency: cost.currency,
    cost_status: cost.status,
    dialect: call.dialect ?? null,
    conversation_id: call.conversationId ?? null,
    prompt_id: call.promptId ?? null,
    prompt_version: call.promptVersion ?? null,
    agent: call.agentName ?? null,
    workflow: call.workflowName ?? null,
    max_tokens: call.maxTokens ?? null,
    temperature: call.temperature ?? null,
    late: isLate(row),
  };
}

function detailOf(row: Kept): CallDetail {
  const { call, cost } = row;
  return {
    ...summaryOf(row),
    lines: cost.lines.map((line) => ({ ...line, amount: formatMoney(line.amount) })),
    card: cost.card ?? null,
    match: cost.match ?? null,
    reason: cost.reason ?? null,
    computed_cost: textOf(cost.computed?.total),
    list_cost: textOf(cost.list),
    contracted_cost: textOf(cost.contracted),
    resale_cost: textOf(cost.resale),
    native: nativeOf(cost.native),
    trace_id: call.traceId,
    span_id: call.spanId,
    parent_span_id: call.parentSpanId ?? null,
    response_id: call.responseId ?? null,
    error_type: call.errorType ?? null,
    time_to_first_chunk_ms: call.timeToFirstChunkUs === undefined ? null : call.timeToFirstChunkUs / 1000,
    context: call.context,
    received_at: formatInstantUs(row.receivedAtUs),
  };
}

function nativeOf(native: LedgerCost['native']): CallDetail['native'] {
  if (native === undefined) return null;
  const { currency, total, fxRate, fxFromUs } = native;
  const from = fxFromUs === undefined ? null : formatInstantUs(fxFromUs);
  return { currency, cost: formatMoney(total), fx_rate: fxRate ?? null, fx_from: from };
}

function textOf(amount: Atto | undefined): string | null {
  return amount === undefined ? null : formatMoney(amount);
}
