import { type CallRecord, OTEL } from '@costspan/usage';
import { JsonPoster } from '../quota/json-poster.ts';
import { guarded, sayOnce } from '../say-once.ts';
import { VERSION } from '../version.ts';
import { otlpSpan } from './otlp-span.ts';

/** Where every call is told to, sampled or not. */
export interface UsageSinkConfig {
  /** A Costspan collector, or any OTLP/HTTP receiver: `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 1,000 ms. */
  readonly flushIntervalMs?: number;
  /** Calls in one request. Default 512. */
  readonly batchCallsMax?: number;
  /** Calls that wait at most; what is beyond is dropped, counted and said. Default 20,000. */
  readonly queueCallsMax?: number;
  /** Default `OTEL_SERVICE_NAME`. */
  readonly serviceName?: string;
}

const TIMEOUT_MS = 10_000;
const PAUSE_MAX_MS = 30_000;

/**
 * Tells a collector of calls, beside the spans: in batches, again while it is away, and the last ones when the process ends. Bounded,
 * never in the way of a call, and independent of trace sampling.
 */
export class UsageSink {
  readonly #config: Required<Pick<UsageSinkConfig, 'flushIntervalMs' | 'batchCallsMax' | 'queueCallsMax'>>;
  readonly #poster: JsonPoster;
  readonly #resource: object;
  #waiting: CallRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #failures = 0;
  #dropped = 0;
  readonly #atExit = () => void this.flush();

  /** @throws when `url` is none. */
  constructor(config: UsageSinkConfig, env: NodeJS.ProcessEnv) {
    const { flushIntervalMs = 1_000, batchCallsMax = 512, queueCallsMax = 20_000 } = config;
    this.#config = { flushIntervalMs, batchCallsMax, queueCallsMax };
    this.#poster = new JsonPoster(new URL(config.url), config.headers ?? {}, TIMEOUT_MS);
    const serviceName = config.serviceName ?? env['OTEL_SERVICE_NAME'] ?? 'unknown_service:node';
    this.#resource = { attributes: [{ key: OTEL.serviceName, value: { stringValue: serviceName } }] };
    // Nothing else may keep the process alive for the last calls.
    process.on('beforeExit', this.#atExit);
  }

  /** Calls that were dropped because the collector was away for too long, or refused them. */
  get dropped(): number {
    return this.#dropped;
  }

  take(call: CallRecord): void {
    if (this.#waiting.length >= this.#config.queueCallsMax) {
      this.#drop(1, `more than ${this.#config.queueCallsMax} calls wait for the collector`);
      return;
    }
    this.#waiting.push(call);
    if (this.#waiting.length >= this.#config.batchCallsMax && this.#failures === 0) void this.#send();
    else this.#wait();
  }

  /** Resolves when all that waits is sent, or could not be sent within the time limit of one request. */
  async flush(): Promise<void> {
    await this.#sending;
    while (this.#waiting.length > 0) {
      const before = this.#failures;
      await this.#send();
      if (this.#failures > before) return;
    }
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
    process.removeListener('beforeExit', this.#atExit);
    this.#poster.close();
  }

  #wait(): void {
    if (this.#timer !== undefined || this.#sending !== undefined) return;
    const pauseMs = Math.min(PAUSE_MAX_MS, this.#config.flushIntervalMs * 2 ** this.#failures);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, pauseMs).unref();
  }

  /** One batch at a time. */
  #send(): Promise<void> {
    this.#sending ??= this.#sendBatch().finally(() => {
      this.#sending = undefined;
      if (this.#waiting.length > 0) this.#wait();
    });
    return this.#sending;
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, this.#config.batchCallsMax);
    if (batch.length === 0) return;
    const body = guarded('writing calls', () => this.#bodyOf(batch));
    let status = 0;
    try {
      if (body !== undefined) ({ status } = await this.#poster.post('/v1/traces', {}, body));
    } catch (cause) {
      this.#failures += 1;
      sayOnce('usage-sink:away', 'the collector of the usage sink is away; calls wait and are sent again', cause);
      return;
    }
    if (isForLater(status)) {
      this.#failures += 1;
      sayOnce(
        `usage-sink:${status}`,
        `the collector of the usage sink answers ${status}; calls wait and are sent again`,
      );
      return;
    }
    this.#failures = 0;
    this.#waiting.splice(0, batch.length);
    if (status < 200 || status >= 300) this.#drop(batch.length, `the collector of the usage sink answers ${status}`);
  }

  #bodyOf(batch: readonly CallRecord[]): object {
    const scope = { name: '@costspan/instrumentation/usage-sink', version: VERSION };
    return { resourceSpans: [{ resource: this.#resource, scopeSpans: [{ scope, spans: batch.map(otlpSpan) }] }] };
  }

  #drop(count: number, reason: string): void {
    this.#dropped += count;
    sayOnce(`usage-sink:dropped:${reason}`, `${reason}; those calls are dropped`);
  }
}

/** OTLP/HTTP: what may succeed when it is sent again. */
function isForLater(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}
