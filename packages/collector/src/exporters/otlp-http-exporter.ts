import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';
import type { ExporterConfig } from '../config/collector-config.ts';
import type { Notices } from '../notices.ts';
import type { AddedAttribute } from '../otlp/added-attribute.ts';
import type { OtlpFormat } from '../otlp/traces.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import type { Parcel, ParcelQueue } from './parcel-queue.ts';
import { backoffMs, isRetryable, retryAfterMs } from './retry.ts';
import type { TraceExporter } from './trace-exporter.ts';

/** What waited is sent in larger requests, up to this: less than what any receiver takes. */
const REQUEST_BYTES_MAX = 1024 * 1024;

const COMPRESS = { gzip: promisify(gzip), zstd: promisify(zstdCompress) } as const;

export interface ExporterParts {
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
  /** Waits; replaced in tests. Rejects when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Sends request bodies to an OTLP/HTTP endpoint, in the encoding and the order they came in. */
export class OtlpHttpExporter implements TraceExporter {
  readonly name: string;
  readonly attributes: readonly AddedAttribute[];
  readonly #config: ExporterConfig;
  readonly #queue: ParcelQueue;
  readonly #parts: ExporterParts;
  readonly #wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Cuts everything. */
  readonly #stop = new AbortController();
  /** Cuts waiting for a backend that failed. */
  readonly #hurry = new AbortController();
  #isClosing = false;
  #running: Promise<void> | undefined;
  #hasMore = false;

  constructor(config: ExporterConfig, queue: ParcelQueue, parts: ExporterParts) {
    this.name = config.name;
    this.attributes = config.attributes ?? [];
    this.#config = config;
    this.#queue = queue;
    this.#parts = parts;
    this.#wait = parts.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
    this.#start();
  }

  async send(body: Buffer, format: OtlpFormat, spanCount: number): Promise<void> {
    if (this.#isClosing) {
      this.#drop(spanCount, 'it is closing');
      return;
    }
    try {
      await this.#queue.push({ body, format, spanCount });
      this.#start();
    } catch (error) {
      this.#drop(spanCount, describe(error));
    }
  }

  async close(timeoutMs: number): Promise<void> {
    this.#isClosing = true;
    // A queue on disk is delivered by the next run; nobody waits for a backend that is down.
    if (this.#queue.isDurable) this.#hurry.abort();
    const deadline = setTimeout(() => this.#stop.abort(), timeoutMs);
    // Also looks for what is just being queued.
    this.#start();
    await this.#running;
    clearTimeout(deadline);
    this.#stop.abort();
    const lost = await this.#queue.close();
    if (lost > 0) this.#drop(lost, 'the process ended before the endpoint took them');
  }

  #start(): void {
    this.#hasMore = true;
    this.#running ??= this.#run();
  }

  /** Delivers what waits, one request at a time. Never rejects. */
  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#hasMore = false;
      try {
        const parcels = await this.#queue.oldest(REQUEST_BYTES_MAX);
        if (parcels.length > 0) {
          const count = runLength(parcels);
          if ((await this.#deliver(parcels.slice(0, count))) === 'kept') break;
          this.#queue.done(count);
        } else if (!this.#hasMore) break;
      } catch (error) {
        this.#parts.notices.once(this.#topic, `exporter ${this.name} cannot read its queue: ${describe(error)}`);
        await this.#wait(this.#config.retry.delayMs, this.#hurry.signal).catch(() => {});
        if (this.#isClosing) break;
      }
    }
    this.#running = undefined;
  }

  /** `kept` when the process ends before their fate is known and the queue holds them for the next. */
  async #deliver(parcels: readonly Parcel[]): Promise<'done' | 'kept'> {
    const { metrics, notices } = this.#parts;
    const spanCount = parcels.reduce((sum, parcel) => sum + parcel.spanCount, 0);
    const failure = await this.#attempt(parcels);
    if (failure === undefined) {
      metrics.add('spansForwarded', spanCount);
      notices.over(this.#topic, `exporter ${this.name} delivers again`);
      return 'done';
    }
    if (failure.retryable && this.#isClosing && this.#queue.isDurable) return 'kept';
    if (failure.retryable || parcels.length === 1) {
      this.#drop(spanCount, failure.reason);
      return 'done';
    }
    // One of them is at fault, and the others shall not pay for it.
    for (const parcel of parcels) if ((await this.#deliver([parcel])) === 'kept') return 'kept';
    return 'done';
  }

  /** Tries until they are delivered, cannot be, or the retry time is over. Returns what went wrong. */
  async #attempt(parcels: readonly Parcel[]): Promise<Failure | undefined> {
    const { retry } = this.#config;
    const [first] = parcels as readonly [Parcel];
    const body = await this.#compressed(
      parcels.length === 1 ? first.body : Buffer.concat(parcels.map((parcel) => parcel.body)),
    );
    let waitedMs = 0;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#post(body, first.format);
      if (answer === 'delivered') return undefined;
      const delayMs = Math.max(backoffMs(attempt, retry, Math.random()), answer.retryAfterMs);
      if (!answer.retryable || waitedMs + delayMs > retry.elapsedMsMax || this.#stop.signal.aborted) return answer;
      waitedMs += delayMs;
      this.#parts.metrics.add('exportRetries');
      const isCut = await this.#wait(delayMs, AbortSignal.any([this.#stop.signal, this.#hurry.signal])).then(
        () => false,
        () => true,
      );
      if (isCut) return answer;
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

  async #compressed(body: Buffer): Promise<Buffer> {
    const { compression } = this.#config;
    return compression === 'none' ? body : COMPRESS[compression](body);
  }

  #drop(spanCount: number, reason: string): void {
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

/**
 * How many of the parcels make one request. Two OTLP/protobuf requests one after the other are one request, since all their
 * fields are repeated ones; two JSON texts are not.
 */
function runLength(parcels: readonly Parcel[]): number {
  const end = parcels.findIndex(({ format }) => format === 'json');
  return end < 0 ? parcels.length : Math.max(end, 1);
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
