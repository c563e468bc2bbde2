import type { ContextSpan } from '../ledger.ts';
import { PARENT_WORD, SPAN_WORD } from './batch.ts';
import {
  type ColumnWriter,
  idColumn,
  instantColumn,
  integerColumn,
  shortIdColumn,
  textColumn,
} from './column-writers.ts';

/** A context span on its way into the table. */
export interface ContextRow {
  readonly context: ContextSpan;
  readonly ids: Uint32Array;
  readonly idsAt: number;
  readonly receivedAtUs: number;
}

/** Every column of `context_spans`, in the order of the table. */
export const CONTEXT_COLUMNS: readonly ColumnWriter<ContextRow>[] = [
  idColumn('trace_id', (row) => ({ words: row.ids, at: row.idsAt })),
  shortIdColumn('span_id', (row) => ({ words: row.ids, at: row.idsAt + SPAN_WORD })),
  shortIdColumn('parent_span_id', (row) =>
    row.context.parentSpanId === undefined ? undefined : { words: row.ids, at: row.idsAt + PARENT_WORD },
  ),
  instantColumn('started_at', (row) => row.context.startedAtUs),
  instantColumn('received_at', (row) => row.receivedAtUs),
  integerColumn('duration_us', (row) => row.context.durationUs),
  textColumn('kind', (row) => row.context.kind),
  textColumn('operation', (row) => row.context.operation),
  textColumn('name', (row) => row.context.name),
  textColumn('dialect', (row) => row.context.dialect),
  textColumn('outcome', (row) => row.context.outcome),
  textColumn('service', (row) => row.context.serviceName),
  textColumn('conversation_id', (row) => row.context.conversationId),
];
