import { billedNames, type Cost } from '@costspan/pricing';
import { type Atto, formatMoney } from '@costspan/usage';
import { parseCallId } from '../query/call-id.ts';
import type { CallDetail, CallSummary, CallsQuery } from '../query/calls-query.ts';
import { formatCursor } from '../query/cursor.ts';
import type { Filter } from '../query/fields.ts';
import { formatInstantUs } from '../query/instants.ts';
import { type Ledger, LedgerUnavailableError, type PricedCall } from './ledger.ts';
import { answerRows, fieldOf, isUnpriced, values } from './reference-usage.contract.ts';

export interface Kept extends PricedCall {
  readonly receivedAtUs: number;
}

/**
 * The ledger contract in the plainest words there are: a list, loops and BigInt. It shares no code with the stores it is
 * held against but the words (types, labels, instants); the local calendar is read off `Intl`, call by call.
 */
export function openReferenceLedger(nowUs: () => number): Ledger {
  const kept = new Map<string, Kept>();
  let closed = false;
  let newestUs = 0;
  const open = () => {
    if (closed) throw new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed');
  };
  return {
    async append(batch) {
      open();
      let inserted = 0;
      newestUs = Math.max(nowUs(), newestUs + 1);
      for (const priced of batch) {
        const id = idOf(priced);
        if (kept.has(id)) continue;
        kept.set(id, { call: priced.call, cost: boundedCost(priced.cost), receivedAtUs: newestUs });
        inserted += 1;
      }
      return { inserted, duplicates: batch.length - inserted, superseded: 0, expired: 0 };
    },
    async query(query) {
      open();
      const found = [...kept.values()].filter((row) => isAsked(row, query.fromUs, query.toUs, query.filters));
      return {
        rows: answerRows(found, query),
        total: values(found, query.metrics),
        unpriced_calls: found.filter(isUnpriced).length,
        complete_to: formatInstantUs(nowUs()),
      };
    },
    async calls(query) {
      open();
      const found = [...kept.values()]
        .filter((row) => isAsked(row, query.fromUs ?? 0, query.toUs ?? Number.POSITIVE_INFINITY, query.filters))
        .sort(newestFirst)
        .filter((row) => query.after === undefined || isAfter(row, query.after));
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      return {
        calls: page.map(summaryOf),
        next_cursor: found.length > query.limit && last !== undefined ? formatCursor(last.call) : null,
      };
    },
    async call(id) {
      open();
      const ids = parseCallId(id);
      const row = ids === undefined ? undefined : kept.get(`${ids.traceId}-${ids.spanId}`);
      return row === undefined ? undefined : detailOf(row);
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

function isAsked(row: Kept, fromUs: number, toUs: number, filters: readonly Filter[]): boolean {
  const start = row.call.startedAtUs;
  return start >= fromUs && start < toUs && filters.every((filter) => passes(row, filter));
}

function passes(row: Kept, filter: Filter): boolean {
  const value = fieldOf(row, filter.field);
  switch (filter.op) {
    case 'exists':
      return value !== undefined;
    case 'not_exists':
      return value === undefined;
    case 'in':
      return filter.values.includes(value ?? '(untagged)');
    case 'not_in':
      return !filter.values.includes(value ?? '(untagged)');
    default:
      return filter satisfies never;
  }
}

function newestFirst(a: Kept, b: Kept): number {
  return b.call.startedAtUs - a.call.startedAtUs || (idOf(a) < idOf(b) ? 1 : -1);
}

function isAfter(row: Kept, after: NonNullable<CallsQuery['after']>): boolean {
  const start = row.call.startedAtUs;
  return start < after.startedAtUs || (start === after.startedAtUs && idOf(row) < `${after.traceId}-${after.spanId}`);
}

function summaryOf({ call, cost }: Kept): CallSummary {
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

function textOf(amount: Atto | undefined): string | null {
  return amount === undefined ? null : formatMoney(amount);
}
