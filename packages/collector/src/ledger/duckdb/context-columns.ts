import type { ContextSpan } from '../ledger.ts';
import {
  type Column,
  commitColumn,
  instantColumn,
  integerColumn,
  spanIdColumn,
  textColumn,
  traceIdColumn,
} from './columns.ts';
import { PARENT_WORD, SPAN_WORD, writeIds } from './ids.ts';
import { packRows } from './pack-rows.ts';
import { PACKED_CONTEXTS, type PackedRows } from './packed-rows.ts';

/** @throws CostspanError `LEDGER_CALL_INVALID` when an id is not hexadecimal of its length. */
export function packContexts(contexts: readonly ContextSpan[]): PackedRows {
  return packRows(PACKED_CONTEXTS, CONTEXT_COLUMNS, contexts, (context, index, words, at) =>
    writeIds(context, index, 'context span', words, at),
  );
}

/** Every column of `context_spans`, in the order of the table. New ones stand at the end: the journal knows a column by its place. */
export const CONTEXT_COLUMNS: readonly Column<ContextSpan>[] = [
  traceIdColumn('trace_id'),
  spanIdColumn('span_id', SPAN_WORD),
  spanIdColumn('parent_span_id', PARENT_WORD),
  instantColumn('started_at', (context) => context.startedAtUs),
  commitColumn('received_at', (commit) => commit.receivedAtUs),
  integerColumn('duration_us', (context) => context.durationUs),
  textColumn('kind', (context) => context.kind),
  textColumn('operation', (context) => context.operation),
  textColumn('name', (context) => context.name),
  textColumn('dialect', (context) => context.dialect),
  textColumn('outcome', (context) => context.outcome),
  textColumn('service', (context) => context.serviceName),
  textColumn('conversation_id', (context) => context.conversationId),
];
