import {
  type CallRecord,
  COST_HEADER,
  COSTSPAN,
  costInHeaders,
  type ExtractedUsage,
  extractWith,
  GEN_AI,
  isObject,
  type JsonObject,
  OTEL,
  type Outcome,
  type SubUsage,
} from '@costspan/usage';
import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  type CallIdentity,
  endAttributes,
  partAttributes,
  serverAttributes,
  startAttributes,
} from './call-attributes.ts';
import { spanIds } from './call-ids.ts';
import type { CallObserver } from './call-settings.ts';
import { ContentCapture } from './content/content-capture.ts';
import { inConventions } from './conventions.ts';
import { type Failure, failureOf } from './failure.ts';
import { callEnded, callIsOpen, type OpenCall } from './open-calls.ts';
import type { Reading } from './providers/provider.ts';
import type { CallQuota } from './quota/call-quota.ts';
import { callUse } from './quota/call-use.ts';
import { guarded, stepFailed } from './say-once.ts';
import type { Server } from './server-address.ts';
import { usageSourceFor } from './usage-source-for.ts';

const CALL = createContextKey('costspan.call');

/** The call whose request is being made in this context: retries and the SDK's own spans happen inside it. */
export function callIn(from: Context): ObservedCall | undefined {
  return from.getValue(CALL) as ObservedCall | undefined;
}

export interface CallStart extends CallIdentity {
  readonly observer: CallObserver;
  readonly params: JsonObject;
  /** The abort signal among the request options, if any. */
  readonly signal: unknown;
  /** The application has no other way to abort; what else looks like an abort is the SDK's timeout. */
  readonly abortsOnlyBySignal?: boolean;
  /** The caller wants nothing kept of what is said. */
  readonly refusesContent?: boolean;
  /** Where the call began in the past. Milliseconds since 1970. */
  readonly startedAtMs?: number;
}

/** One call and its one span, from the request to exactly one ending. */
export class ObservedCall implements OpenCall {
  readonly span: Span;
  readonly start: CallStart;
  readonly idleTimeoutMs: number;
  active = true;
  /** Who decides whether the request is sent, where quotas are enforced. Set before the request is made. */
  quota: CallQuota | undefined;
  /** Headers of the answer that state usage or a cost. */
  billingHeaders: JsonObject = {};
  /** Absent where nobody asked for prompts and answers. */
  readonly content: ContentCapture | undefined;
  readonly #parent: Context;
  readonly #context: Context;
  readonly #startedAtEpochMs: number;
  /** Monotonic, so that a clock change does not reach a duration. */
  readonly #startedAtMs = performance.now();
  #firstChunkMs: number | undefined;
  #attempts = 1;
  #told = 0;
  #isClaimed = false;
  #soFar: () => JsonObject | undefined = () => undefined;
  #ended = false;
  #endedAtEpochMs: number | undefined;

  constructor(start: CallStart) {
    const { operation, params, observer } = start;
    this.start = start;
    this.#startedAtEpochMs = start.startedAtMs ?? Date.now();
    const { content } = observer.settings;
    this.content = content === undefined || start.refusesContent === true ? undefined : new ContentCapture(content);
    this.idleTimeoutMs = observer.settings.streamIdleTimeoutMs;
    this.#parent = context.active();
    this.span = observer.tracer.startSpan(
      nameOf(operation.name, modelOf(params)),
      {
        kind: SpanKind.CLIENT,
        attributes: inConventions(startAttributes(start, params), observer.settings.conventions),
        ...(start.startedAtMs === undefined ? {} : { startTime: start.startedAtMs }),
      },
      this.#parent,
    );
    this.#context = trace.setSpan(this.#parent, this.span).setValue(CALL, this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** False when neither the span nor anybody else would keep what is observed. */
  get isWanted(): boolean {
    const { settings, sink, metrics } = this.start.observer;
    const isTold = sink !== undefined || metrics !== undefined || settings.onCall !== undefined;
    return this.span.isRecording() || isTold || this.content !== undefined || this.quota !== undefined;
  }

  /** The application gave up through the signal it passed. */
  get wasAborted(): boolean {
    return isObject(this.start.signal) && this.start.signal['aborted'] === true;
  }

  /** Makes the request with this call's span active, so that HTTP spans become its children. */
  run<T>(request: () => T): T {
    const { quota } = this;
    return context.with(this.#context, quota === undefined ? request : () => quota.run(request));
  }

  /** A call of its own was made inside this one: that one is billed, if this one is only a framework's. */
  claimed(): void {
    this.#isClaimed = this.start.operation.isFramework === true;
  }

  retried(): void {
    this.#attemptFailed(this.#attempts);
    this.#attempts += 1;
  }

  /** The same, for SDKs that tell of every attempt, the first included, and only then where it goes. */
  attempted(server: Server | undefined): void {
    if (this.start.server === undefined && server !== undefined) this.span.setAttributes(serverAttributes(server));
    if (this.#told > 0) this.#attemptFailed(this.#told);
    this.#told += 1;
    this.#attempts = Math.max(this.#attempts, this.#told);
  }

  #attemptFailed(attempt: number): void {
    this.span.addEvent('costspan.attempt_failed', { [COSTSPAN.attempts]: attempt });
  }

  /** A part of the answer arrived. */
  chunk(): void {
    this.active = true;
    this.#firstChunkMs ??= performance.now() - this.#startedAtMs;
  }

  /**
   * From now on only the application can make this call end, by reading through `reader`. When it never does, the call
   * is given up with what is there then.
   */
  leaveOpen(reader: object, soFar: () => JsonObject | undefined): void {
    if (this.#ended) return;
    this.#soFar = soFar;
    callIsOpen(this, reader);
  }

  /** The application is reading after all. */
  takenUp(): void {
    callEnded(this);
  }

  abandon(): void {
    this.#end('abandoned', guarded('reading an abandoned stream', this.#soFar), undefined);
  }

  /** The answer is here, as far as it is ours to see: `undefined` when the application reads it where we cannot look. */
  succeed(body: unknown): void {
    this.#end('ok', isObject(body) ? body : undefined, undefined);
  }

  /** The request failed, or the answer did with `partial` of it read. */
  fail(error: unknown, streaming: boolean, partial?: JsonObject): void {
    const { signal, abortsOnlyBySignal = false } = this.start;
    const failure = this.quota?.failure ?? failureOf(error, signal, streaming, abortsOnlyBySignal);
    this.#end(failure.outcome, partial, failure);
  }

  /** The provider answered, and says in its answer that it failed. */
  failedAs(type: string, partial: JsonObject | undefined): void {
    this.#end('error', partial, { outcome: 'error', type, isUnbilled: false });
  }

  /** The answer ended before it was complete, and nobody got an error for it. */
  stop(outcome: 'cancelled' | 'truncated', partial: JsonObject | undefined): void {
    this.#end(outcome, partial, undefined);
  }

  /** An ending that somebody else has seen. @param endedAtMs milliseconds since 1970; now unless given. */
  endAs(outcome: Outcome, body: JsonObject, errorType: string | undefined, endedAtMs: number | undefined): void {
    const isError = outcome === 'error' || outcome === 'truncated';
    const failure = isError ? { outcome, type: errorType ?? '_OTHER', isUnbilled: false } : undefined;
    this.#end(outcome, body, failure, endedAtMs);
  }

  /** The first ending counts; all others are echoes of it. */
  #end(outcome: Outcome, body: JsonObject | undefined, failure: Failure | undefined, endedAtMs?: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endedAtEpochMs = endedAtMs;
    callEnded(this);
    guarded('recording a call', () => this.#record(outcome, body, failure));
    // The first of the two counts: this one is for a call that could not be recorded.
    this.quota?.ended({ kind: 'unknown' });
    guarded('ending a span', () => this.span.end(endedAtMs));
  }

  #record(ending: Outcome, body: JsonObject | undefined, failure: Failure | undefined): void {
    const { operation } = this.start;
    const { quota } = this;
    const reading = body === undefined ? undefined : operation.read(body);
    const extracted = body === undefined ? undefined : this.#extract(body);
    quota?.ended(callUse(extracted, reading?.model ?? quota.downgradedTo, failure));
    const outcome: Outcome = ending === 'ok' && reading?.failure !== undefined ? 'error' : ending;
    const isError = outcome === 'error' || outcome === 'truncated';
    const errorType = isError ? (failure?.type ?? reading?.failure ?? 'stream_truncated') : undefined;
    const attributes = endAttributes(reading, extracted, outcome);
    if (errorType !== undefined) attributes[OTEL.errorType] = errorType;
    if (this.#attempts > 1) attributes[COSTSPAN.attempts] = this.#attempts;
    if (this.#firstChunkMs !== undefined) attributes[GEN_AI.responseTimeToFirstChunk] = this.#firstChunkMs / 1_000;
    this.#write(quota === undefined ? attributes : { ...attributes, ...quota.attributes });
    if (this.content !== undefined) this.#write(this.content.finish(this.start.params, body, this.span.spanContext()));
    if (isError) this.span.setStatus({ code: SpanStatusCode.ERROR });
    if (!this.#isClaimed) this.#measure(reading, extracted, outcome, errorType);
    if (this.#isClaimed) this.span.setAttribute(COSTSPAN.billable, false);
    // The provider never saw it, or saw it as another call: it is on nobody's bill.
    if (quota?.isRefused === true || this.#isClaimed) return;
    const requestModel = quota?.downgradedTo ?? modelOf(this.start.params);
    this.#report(this.span, this.#parent, {
      ...(requestModel === undefined ? {} : { requestModel }),
      ...responseOf(reading),
      usage: extracted?.usage ?? { meters: {}, status: 'unavailable' },
      context: extracted?.context ?? {},
      outcome,
      ...(errorType === undefined ? {} : { errorType }),
      ...(this.#firstChunkMs === undefined ? {} : { timeToFirstChunkUs: Math.round(this.#firstChunkMs * 1_000) }),
    });
    for (const part of extracted?.subUsages ?? []) this.#recordPart(part, extracted?.context ?? {}, outcome);
  }

  /** By the monotonic clock, but for a call of the past, which the caller has timed. */
  #durationUs(): number {
    if (this.start.startedAtMs === undefined) return Math.round((performance.now() - this.#startedAtMs) * 1_000);
    return Math.max(0, Math.round(((this.#endedAtEpochMs ?? Date.now()) - this.#startedAtEpochMs) * 1_000));
  }

  #measure(
    reading: Reading | undefined,
    extracted: ExtractedUsage | undefined,
    outcome: Outcome,
    errorType: string | undefined,
  ): void {
    const { observer, operation, provider, server, params, tags } = this.start;
    guarded('measuring a call', () =>
      observer.metrics?.record({
        operation: operation.name,
        provider,
        server,
        requestModel: modelOf(params),
        responseModel: reading?.model,
        outcome,
        errorType,
        durationSeconds: this.#durationUs() / 1_000_000,
        firstChunkSeconds: this.#firstChunkMs === undefined ? undefined : this.#firstChunkMs / 1_000,
        meters: extracted?.usage.meters ?? {},
        tags,
      }),
    );
  }

  #write(attributes: Attributes): void {
    this.span.setAttributes(inConventions(attributes, this.start.observer.settings.conventions));
  }

  #extract(body: JsonObject): ExtractedUsage {
    const { operation, provider } = this.start;
    const extracted =
      operation.extract === undefined
        ? extractWith(usageSourceFor(operation, provider), body, undefined, this.billingHeaders)
        : operation.extract(body, provider, this.billingHeaders);
    // What the provider says in its answer stands above what a gateway says beside it.
    return COST_HEADER in this.billingHeaders
      ? { ...extracted, context: { ...costInHeaders(this.billingHeaders), ...extracted.context } }
      : extracted;
  }

  /** Tokens billed at another model than the call's own get a billable span of their own below it. */
  #recordPart({ model, meters }: SubUsage, served: ExtractedUsage['context'], outcome: Outcome): void {
    const { observer, operation } = this.start;
    const attributes = inConventions(
      partAttributes(this.start, model, meters, served, outcome),
      observer.settings.conventions,
    );
    const span = observer.tracer.startSpan(
      nameOf(operation.name, model),
      { kind: SpanKind.CLIENT, startTime: this.#startedAtEpochMs, attributes },
      this.#context,
    );
    const usage = { meters, status: 'reported' } as const;
    this.#report(span, this.#context, { requestModel: model, responseModel: model, usage, context: served, outcome });
    span.end();
  }

  /** Hands the call to the usage sink and to `onCall`, sampled or not. */
  #report(span: Span, parent: Context, rest: Omit<CallRecord, KnownAtStart>): void {
    const { observer, operation, provider, tags } = this.start;
    const { sink } = observer;
    const { onCall } = observer.settings;
    if (onCall === undefined && sink === undefined) return;
    const record: CallRecord = {
      ...spanIds(span.spanContext(), trace.getSpanContext(parent)),
      startedAtUs: this.#startedAtEpochMs * 1_000,
      durationUs: this.#durationUs(),
      provider,
      operation: operation.name,
      tags,
      ...rest,
    };
    guarded('telling the usage sink', () => sink?.take(record));
    guarded('onCall', () => {
      const told: unknown = onCall?.(record);
      if (told instanceof Promise) told.catch((cause: unknown) => stepFailed('onCall', cause));
    });
  }
}

type KnownAtStart = 'traceId' | 'spanId' | 'startedAtUs' | 'durationUs' | 'provider' | 'operation' | 'tags';

function nameOf(operation: string, model: string | undefined): string {
  return model === undefined ? operation : `${operation} ${model}`;
}

function modelOf(params: JsonObject): string | undefined {
  return typeof params['model'] === 'string' ? params['model'] : undefined;
}

function responseOf(reading: Reading | undefined): Pick<CallRecord, 'responseModel' | 'responseId'> {
  return {
    ...(reading?.model === undefined ? {} : { responseModel: reading.model }),
    ...(reading?.id === undefined ? {} : { responseId: reading.id }),
  };
}
