import type { OtlpFormat } from '../otlp/traces.ts';

/** Somewhere spans go after the ledger has them. The contract of every exporter. */
export interface TraceExporter {
  readonly name: string;
  /** Queues a request body. Never throws and never waits; what does not fit is dropped and counted. */
  send(body: Buffer, format: OtlpFormat, spanCount: number): void;
  /** Delivers what is queued, for at most `timeoutMs`; drops and counts the rest. */
  close(timeoutMs: number): Promise<void>;
}
