import {
  COSTSPAN,
  type ExtractedUsage,
  extractWith,
  GEN_AI,
  isObject,
  type JsonObject,
  METER_ATTRIBUTES,
  METER_PREFIX,
  type Meters,
  OTEL,
  type Outcome,
  type PricingContext,
  TAG_PREFIX,
  type Tags,
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
import type { CallObserver } from './call-settings.ts';
import { type Failure, failureOf } from './failure.ts';
import { callEnded, callIsOpen, type OpenCall } from './open-calls.ts';
import type { Operation, Reading } from './providers/provider.ts';
import { guarded } from './say-once.ts';
import type { Server } from './server-address.ts';

const CALL = createContextKey('costspan.call');

/** The call whose request is being made in this context: retries happen inside it. */
export function callIn(from: Context): ObservedCall | undefined {
  return from.getValue(CALL) as ObservedCall | undefined;
}

export interface CallStart {
  readonly observer: CallObserver;
  readonly operation: Operation;
  readonly provider: string;
  readonly server: Server | undefined;
  readonly params: JsonObject;
  /** The abort signal among the request options, if any. */
  readonly signal: unknown;
  readonly tags: Tags;
}

/** One call and its one span, from the request to exactly one ending. */
export class ObservedCall implements OpenCall {
  readonly span: Span;
  readonly operation: Operation;
  readonly idleTimeoutMs: number;
  active = true;
  readonly #start: CallStart;
  readonly #context: Context;
  readonly #startedAtEpochMs = Date.now();
  /** Monotonic, so that a clock change does not reach a duration. */
  readonly #startedAtMs = performance.now();
  #firstChunkMs: number | undefined;
  #attempts = 1;
  #soFar: () => JsonObject | undefined = () => undefined;
  #ended = false;

  constructor(start: CallStart) {
    const parent = context.active();
    const { operation, params, observer } = start;
    const model = params['model'];
    this.#start = start;
    this.operation = operation;
    this.idleTimeoutMs = observer.settings.streamIdleTimeoutMs;
    this.span = observer.tracer.startSpan(
      typeof model === 'string' ? `${operation.name} ${model}` : operation.name,
      { kind: SpanKind.CLIENT, attributes: startAttributes(start) },
      parent,
    );
    this.#context = trace.setSpan(parent, this.span).setValue(CALL, this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** False when neither the span nor anybody else would keep what is observed. */
  get isWanted(): boolean {
    return this.span.isRecording() || this.#start.observer.settings.onCall !== undefined;
  }

  /** Makes the request with this call's span active, so that HTTP spans become its children. */
  run<T>(request: () => T): T {
    return context.with(this.#context, request);
  }

  retried(): void {
    this.#attempts += 1;
  }

  /** A part of the answer arrived. */
  chunk(): void {
    this.active = true;
    if (this.#firstChunkMs !== undefined) return;
    this.#firstChunkMs = performance.now() - this.#startedAtMs;
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

  /** The whole answer is here. */
  succeed(body: unknown): void {
    this.#end('ok', isObject(body) ? body : undefined, undefined);
  }

  /** The request failed, or the answer did with `partial` of it read. */
  fail(error: unknown, streaming: boolean, partial?: JsonObject): void {
    const failure = failureOf(error, this.#start.signal, streaming);
    this.#end(failure.outcome, partial, failure);
  }

  /** It ended in a way that is no error of the application's. */
  endAs(outcome: Outcome, body: JsonObject | undefined): void {
    this.#end(outcome, body, undefined);
  }

  get wasAborted(): boolean {
    return isObject(this.#start.signal) && this.#start.signal['aborted'] === true;
  }

  /** The first ending counts; all others are echoes of it. */
  #end(outcome: Outcome, body: JsonObject | undefined, failure: Failure | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    callEnded(this);
    guarded('recording a call', () => this.#record(outcome, body, failure));
    this.span.end();
  }

  #record(outcome: Outcome, body: JsonObject | undefined, failure: Failure | undefined): void {
    const { operation, provider, tags } = this.#start;
    const reading = body === undefined ? undefined : operation.read(body);
    const extracted = body === undefined ? undefined : extractWith(operation.usage, body);
    const settled: Outcome = outcome === 'ok' && reading?.failure !== undefined ? 'error' : outcome;
    const errorType = failure?.type ?? reading?.failure ?? (settled === 'truncated' ? 'stream_truncated' : undefined);
    const isError = settled === 'error' || settled === 'truncated';
    this.span.setAttributes({
      ...responseAttributes(reading, settled),
      ...usageAttributes(extracted),
      [COSTSPAN.outcome]: settled,
      ...(isError && errorType !== undefined ? { [OTEL.errorType]: errorType } : {}),
      ...(this.#attempts > 1 ? { [COSTSPAN.attempts]: this.#attempts } : {}),
      ...(this.#firstChunkMs === undefined ? {} : { [GEN_AI.responseTimeToFirstChunk]: this.#firstChunkMs / 1_000 }),
    });
    if (isError) this.span.setStatus({ code: SpanStatusCode.ERROR });
    for (const part of extracted?.subUsages ?? []) {
      this.#recordPart(part.model, part.meters, extracted?.context ?? {}, { operation, provider, tags });
    }
  }

  /** Tokens billed at another model than the call's own get a billable span of their own below it. */
  #recordPart(
    model: string,
    meters: Meters,
    served: PricingContext,
    { operation, provider, tags }: Pick<CallStart, 'operation' | 'provider' | 'tags'>,
  ): void {
    const part = this.#start.observer.tracer.startSpan(
      `${operation.name} ${model}`,
      {
        kind: SpanKind.CLIENT,
        startTime: this.#startedAtEpochMs,
        attributes: {
          ...identityAttributes(operation, provider, this.#start.server, tags),
          [GEN_AI.requestModel]: model,
          [GEN_AI.responseModel]: model,
          ...meterAttributes(meters),
          ...contextAttributes(served),
          [COSTSPAN.usageStatus]: 'reported',
          [COSTSPAN.outcome]: 'ok',
        },
      },
      this.#context,
    );
    part.end();
  }
}

function startAttributes({ operation, provider, server, params, tags }: CallStart): Attributes {
  const model = params['model'];
  return {
    ...identityAttributes(operation, provider, server, tags),
    ...(typeof model === 'string' ? { [GEN_AI.requestModel]: model } : {}),
    ...operation.constants,
    ...guarded('reading request parameters', () => operation.requestAttributes(params)),
  };
}

function identityAttributes(
  operation: Operation,
  provider: string,
  server: Server | undefined,
  tags: Tags,
): Attributes {
  const attributes: Attributes = {
    [GEN_AI.operationName]: operation.name,
    [GEN_AI.providerName]: provider,
    [COSTSPAN.billable]: true,
  };
  if (server !== undefined) {
    attributes[OTEL.serverAddress] = server.address;
    attributes[OTEL.serverPort] = server.port;
  }
  for (const key of Object.keys(tags)) attributes[TAG_PREFIX + key] = tags[key];
  return attributes;
}

function responseAttributes(reading: Reading | undefined, outcome: Outcome): Attributes {
  const reasons = reading?.finishReasons ?? [];
  // The conventions ask for `error` where a finish reason was expected and none arrived.
  const finishReasons = reasons.length === 0 && outcome === 'truncated' ? ['error'] : reasons;
  return {
    ...(reading?.id === undefined ? {} : { [GEN_AI.responseId]: reading.id }),
    ...(reading?.model === undefined ? {} : { [GEN_AI.responseModel]: reading.model }),
    ...(finishReasons.length === 0 ? {} : { [GEN_AI.responseFinishReasons]: [...finishReasons] }),
    ...reading?.attributes,
  };
}

function usageAttributes(extracted: ExtractedUsage | undefined): Attributes {
  if (extracted === undefined) return { [COSTSPAN.usageStatus]: 'unavailable' };
  return {
    ...meterAttributes(extracted.usage.meters),
    ...contextAttributes(extracted.context),
    [COSTSPAN.usageStatus]: extracted.usage.status,
  };
}

function meterAttributes(meters: Meters): Attributes {
  const attributes: Attributes = {};
  for (const [meter, count] of Object.entries(meters)) {
    attributes[(METER_ATTRIBUTES as Readonly<Record<string, string>>)[meter] ?? METER_PREFIX + meter] = count;
  }
  return attributes;
}

function contextAttributes(served: PricingContext): Attributes {
  return {
    ...(served.service_tier === undefined ? {} : { [COSTSPAN.contextServiceTier]: served.service_tier }),
    ...(served.speed === undefined ? {} : { [COSTSPAN.contextSpeed]: served.speed }),
    ...(served.region === undefined ? {} : { [COSTSPAN.contextRegion]: served.region }),
    ...(served.batch === undefined ? {} : { [COSTSPAN.contextBatch]: served.batch }),
  };
}
