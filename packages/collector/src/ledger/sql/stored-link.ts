import type { CallNode } from '../billed-calls.ts';
import type { SqlCell } from './dialect.ts';

/** A stored call as far as it decides which calls of its trace are billed. */
export interface StoredLink extends CallNode {
  readonly traceId: string;
  readonly receivedAtUs: number;
  readonly wasBilled: boolean;
}

/**
 * Reads a row: trace, span and parent id as hexadecimal digits, response id, start, duration, operation, dialect, whether it has
 * usage, whether it says that it is billable, when it was received, whether it is billed.
 */
export function storedLinkOf([
  traceId,
  spanId,
  parent,
  response,
  startedAt,
  duration,
  operation,
  dialect,
  usage,
  stated,
  receivedAt,
  billed,
]: readonly SqlCell[]): StoredLink {
  return {
    traceId: String(traceId),
    spanId: String(spanId),
    parentSpanId: textOf(parent),
    responseId: textOf(response),
    startedAtUs: Number(startedAt),
    durationUs: Number(duration),
    operation: String(operation),
    dialect: textOf(dialect),
    hasUsage: usage === true,
    isStated: stated === true,
    receivedAtUs: Number(receivedAt),
    wasBilled: billed === true,
  };
}

function textOf(cell: SqlCell | undefined): string | undefined {
  return cell === null || cell === undefined ? undefined : String(cell);
}
