import type { PriceBook } from '@costspan/pricing';
import { costAttributes, priceCall } from '@costspan/pricing';
import { normalise } from '@costspan/spans';
import { CostspanError, type Tags } from '@costspan/usage';
import { Complaints } from './complaints.ts';
import type { TraceExporter } from './exporters/trace-exporter.ts';
import { BusyError, Inflight } from './inflight.ts';
import type { Intake } from './intake/intake.ts';
import type { ContextSpan, PricedCall } from './ledger/ledger.ts';
import type { AddedAttribute } from './otlp/added-attribute.ts';
import type { PartialSuccess } from './otlp/export-response.ts';
import { spliceJson } from './otlp/splice-json.ts';
import { spliceProtobuf } from './otlp/splice-protobuf.ts';
import type { DecodedTraces, OtlpFormat, Span } from './otlp/traces.ts';
import type { Privacy } from './privacy/privacy.ts';
import type { SelfMetrics } from './self-metrics.ts';

/** The ledger could not take the calls. Nothing of the request was kept or forwarded; the sender tries again. */
export class NotRecordedError extends CostspanError {
  override readonly name = 'NotRecordedError';
}

export interface PipelineParts {
  /** The prices in force. Asked once per request, so that a request is priced by one book. */
  readonly prices: { readonly book: PriceBook };
  readonly intake: Intake;
  readonly exporters: readonly TraceExporter[];
  readonly metrics: SelfMetrics;
  /** Calls that started before are of a time whose calls the ledger has deleted, microseconds; it would leave them out. */
  readonly keptFromUs?: (() => number) | undefined;
  /** Absent: tags are kept as they come. */
  readonly privacy?: Privacy | undefined;
  /** Most calls and context spans on their way from decoding to the disk. */
  readonly inflightCallsMax: number;
}

export interface ReceivedTraces {
  readonly format: OtlpFormat;
  readonly body: Buffer;
  readonly traces: DecodedTraces;
}

interface Processed {
  readonly calls: PricedCall[];
  /** The span of each call. */
  readonly callSpans: Span[];
  /** The tags of each call as they came. */
  readonly sentTags: Tags[];
  readonly contexts: ContextSpan[];
  readonly complaints: Complaints;
}

/**
 * The way of a request, and why it is in this order:
 * 1. normalise — whatever comes after speaks of calls and knows no dialect;
 * 2. privacy — what names a person becomes a pseudonym before anything is stored, counted or told;
 * 3. price — at the instant of the call, so that a late batch pays the old price;
 * 4. intake — on the disk before anything leaves, since the ledger is the truth for money; what it refuses is not acknowledged;
 * 5. exporters — after that, so that a batch the sender must repeat is not forwarded twice. They only queue, and
 *    the acknowledgement waits for the queue on disk: no backend can delay or spoil it.
 */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #inflight: Inflight;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#inflight = new Inflight(parts.inflightCallsMax, 'as many calls as allowed are on their way to the ledger');
  }

  /**
   * Resolves once every call of the request is durable, with what the sender should know.
   * @throws BusyError when too many calls are on their way, NotRecordedError when the ledger could not be written.
   */
  async accept(received: ReceivedTraces): Promise<PartialSuccess | undefined> {
    const { metrics, exporters } = this.#parts;
    const processed = this.#process(received.traces.spans);
    await this.#record(processed);
    this.#count(processed);
    metrics.add('spansReceived', received.traces.spanCount);
    if (exporters.length > 0 && received.traces.spanCount > 0) await this.#forward(received, processed);
    return processed.complaints.toPartialSuccess();
  }

  #process(spans: readonly Span[]): Processed {
    const processed: Processed = { calls: [], callSpans: [], sentTags: [], contexts: [], complaints: new Complaints() };
    const { privacy, prices } = this.#parts;
    const keptFromUs = this.#parts.keptFromUs?.() ?? 0;
    const { book } = prices;
    for (const span of spans) {
      const normalised = normalise(span);
      if (normalised.kind === 'other') continue;
      if (normalised.kind === 'context') {
        processed.contexts.push(normalised.context);
        continue;
      }
      if (normalised.kind === 'rejected') {
        processed.complaints.reject(span, normalised.reason);
        continue;
      }
      const { call: sent, findings, refusedTags } = normalised;
      if (sent.startedAtUs < keptFromUs) {
        processed.complaints.expire(span);
        continue;
      }
      const held = privacy?.held(sent.tags);
      const call = held === undefined ? sent : { ...sent, tags: held.tags };
      const cost = priceCall(book, call, findings);
      processed.complaints.warn(span, findings, refusedTags + (held?.findings.length ?? 0));
      processed.sentTags.push(sent.tags);
      processed.calls.push({ call, cost });
      processed.callSpans.push(span);
    }
    return processed;
  }

  async #record({ calls, contexts }: Processed): Promise<void> {
    const rows = calls.length + contexts.length;
    if (rows === 0) return;
    this.#inflight.take(rows);
    try {
      await this.#parts.privacy?.subjects.durable();
      await this.#parts.intake.accept(calls, contexts);
    } catch (cause) {
      if (cause instanceof BusyError) throw cause;
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new NotRecordedError('LEDGER_UNAVAILABLE', `the ledger could not be written: ${detail}`, { cause });
    } finally {
      this.#inflight.give(rows);
    }
  }

  /** After the commit, so that what a sender repeats is counted once. */
  #count({ calls, complaints }: Processed): void {
    const { metrics } = this.#parts;
    metrics.add('callsRejected', complaints.rejectedSpans - complaints.expiredSpans);
    metrics.add('callsExpired', complaints.expiredSpans);
    metrics.add('countsInvalid', complaints.invalidCounts);
    metrics.add('tagsRefused', complaints.refusedTags);
    metrics.add('callsUnpriced', calls.filter(({ cost }) => cost.total === undefined).length);
  }

  async #forward({ format, body, traces }: ReceivedTraces, { calls, callSpans, sentTags }: Processed): Promise<void> {
    const { privacy, exporters } = this.#parts;
    const added = new Map<number, readonly AddedAttribute[]>();
    for (const [index, { call, cost }] of calls.entries()) {
      const span = callSpans[index] as Span;
      const attributes = costAttributes(call, cost, span.attributes);
      if (attributes.length > 0) added.set(span.place, attributes);
    }
    const splice = format === 'json' ? spliceJson : spliceProtobuf;
    const leaving = (own: readonly AddedAttribute[]): Buffer => {
      const all = new Map(
        [...added].map(([place, ofSpan]) => [place, own.length === 0 ? ofSpan : [...ofSpan, ...own]]),
      );
      const enriched = added.size === 0 ? body : splice(body, all);
      return privacy?.forwarded(enriched, format, traces.spans, sentTags) ?? enriched;
    };
    const forwarded = leaving([]);
    await Promise.all(
      exporters.map((exporter) => {
        const own = exporter.attributes;
        return exporter.send(own.length === 0 ? forwarded : leaving(own), format, traces.spanCount);
      }),
    );
  }
}
