import type { AddedAttribute } from '../otlp/added-attribute.ts';
import type { OtlpFormat } from '../otlp/traces.ts';

/** Somewhere spans go after the ledger has them. The contract of every exporter. */
export interface TraceExporter {
  readonly name: string;
  /** Added to what this exporter sends, on every span that gets its cost here. */
  readonly attributes: readonly AddedAttribute[];
  /**
   * Queues a request body. Never rejects, and waits for the queue only, never for the backend: when it resolves the body
   * is as safe as the queue makes it. What does not fit is dropped and counted.
   */
  send(body: Buffer, format: OtlpFormat, spanCount: number): Promise<void>;
  /** Delivers what is queued, for at most `timeoutMs`. The rest stays in a queue on disk; else it is dropped and counted. */
  close(timeoutMs: number): Promise<void>;
}
