import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';
import type { ExporterConfig } from '../config/collector-config.ts';
import type { Notices } from '../notices.ts';
import type { OtlpFormat } from '../otlp/traces.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { backoffMs, isRetryable, retryAfterMs } from './retry.ts';
import type { TraceExporter } from './trace-exporter.ts';

/** Requests one exporter has on the wire at a time. */
const CONCURRENCY = 4;

const COMPRESS = { gzip: promisify(gzip), zstd: promisify(zstdCompress) } as const;

export interface ExporterParts {
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
  /** Waits; replaced in tests. Rejects when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

interface Parcel {
  readonly body: Buffer;
  readonly format: OtlpFormat;
  readonly spanCount: number;
}

/** Sends request bodies to an OTLP/HTTP endpoint, in the encoding they came in. */
export class OtlpHttpExporter implements TraceExporter {
  readonly name: string;
  readonly #config: ExporterConfig;
  readonly #parts: ExporterParts;
  readonly #wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly #queue: Parcel[] = [];
  readonly #stop = new AbortController();
  /** Bytes queued or on the wire, before compression. */
  #heldBytes = 0;
  #active = 0;
  #drained: (() => void) | undefined;

  constructor(config: ExporterConfig, parts: ExporterParts) {
    this.name = config.name;
    this.#config = config;
    this.#parts = parts;
    this.#wait = parts.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  }

  send(body: Buffer, format: OtlpFormat, spanCount: number): void {
    const parcel = { body, format, spanCount };
    if (this.#stop.signal.aborted || this.#heldBytes + body.length > this.#config.queueBytesMax) {
      this.#drop(parcel, `its queue of ${this.#config.queueBytesMax} bytes is full`);
      return;
    }
    this.#heldBytes += body.length;
    this.#queue.push(parcel);
    this.#pump();
  }

  async close(timeoutMs: number): Promise<void> {
    if (this.#heldBytes > 0) {
      const drained = new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
      const deadline = setTimeout(() => this.#stop.abort(), timeoutMs);
      await drained;
      clearTimeout(deadline);
    }
    this.#stop.abort();
  }

  #pump(): void {
    while (this.#active < CONCURRENCY) {
      const parcel = this.#queue.shift();
      if (parcel === undefined) break;
      this.#active += 1;
      void this.#deliver(parcel).then(() => {
        this.#active -= 1;
        this.#heldBytes -= parcel.body.length;
        this.#pump();
      });
    }
    if (this.#active === 0) this.#drained?.();
  }

  /** Never rejects. */
  async #deliver(parcel: Parcel): Promise<void> {
    const { metrics, notices } = this.#parts;
    try {
      const failure = await this.#attempt(parcel);
      if (failure === undefined) {
        metrics.add('spansForwarded', parcel.spanCount);
        if (this.#queue.length === 0) notices.over(this.#topic, `exporter ${this.name} delivers again`);
      } else this.#drop(parcel, failure);
    } catch (error) {
      this.#drop(parcel, describe(error));
    }
  }

  /** Tries until it is delivered, cannot be, or the retry time is over. Returns what went wrong. */
  async #attempt(parcel: Parcel): Promise<string | undefined> {
    const { retry } = this.#config;
    const body = await this.#compressed(parcel);
    let waitedMs = 0;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#post(body, parcel.format);
      if (answer === 'delivered') return undefined;
      const delayMs = Math.max(backoffMs(attempt, retry, Math.random()), answer.retryAfterMs);
      if (!answer.retryable || waitedMs + delayMs > retry.elapsedMsMax || this.#stop.signal.aborted)
        return answer.reason;
      waitedMs += delayMs;
      this.#parts.metrics.add('exportRetries');
      await this.#wait(delayMs, this.#stop.signal);
    }
  }

  async #post(body: Buffer, format: OtlpFormat): Promise<'delivered' | Failure> {
    const { endpoint, headers, compression, timeoutMs } = this.#config;
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': format === 'json' ? 'application/json' : 'application/x-protobuf',
          ...(compression === 'none' ? {} : { 'content-encoding': compression }),
        },
        body: new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.length),
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      if (response.ok) return 'delivered';
      return {
        reason: `the endpoint answered ${response.status}`,
        retryable: isRetryable(response.status),
        retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
      };
    } catch (error) {
      return { reason: describe(error), retryable: true, retryAfterMs: 0 };
    }
  }

  async #compressed({ body }: Parcel): Promise<Buffer> {
    const { compression } = this.#config;
    return compression === 'none' ? body : COMPRESS[compression](body);
  }

  #drop({ spanCount }: Parcel, reason: string): void {
    this.#parts.metrics.add('spansDropped', spanCount);
    this.#parts.notices.once(
      this.#topic,
      `exporter ${this.name} drops spans, because ${reason}; the ledger keeps their calls (said once)`,
    );
  }

  get #topic(): string {
    return `exporter ${this.name}`;
  }
}

interface Failure {
  readonly reason: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
