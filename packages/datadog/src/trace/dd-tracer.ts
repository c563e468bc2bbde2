/**
 * What we touch of dd-trace, and the only file that says so. `TRACER` is its public door; the span and the channels are
 * internal, unchanged from 5.132 to 6.21, and used by the tracer's own products.
 */
export interface DdTracer {
  readonly dogstatsd?: DogStatsD;
  readonly llmobs?: LlmObs;
  setBaggageItem?(key: string, value: string): unknown;
  getAllBaggageItems?(): unknown;
  removeBaggageItem?(key: string): unknown;
  startSpan(name: string): unknown;
}

export interface DogStatsD {
  increment(name: string, value: number, tags: readonly string[]): void;
  gauge(name: string, value: number, tags: readonly string[]): void;
  distribution(name: string, value: number, tags: readonly string[]): void;
}

export interface LlmObs {
  readonly enabled?: boolean;
  annotate(span: unknown, annotation: object): void;
  annotationContext?<T>(options: object, fn: () => T): T;
}

export interface DdSpan {
  readonly _startTime: number;
  readonly _duration?: number;
  context(): DdSpanContext;
  setTag(name: string, value: string | number): unknown;
}

export interface DdSpanContext {
  readonly _name?: string;
  readonly _parentId?: { toString(radix: number): string } | null;
  readonly _trace?: { readonly started: readonly DdSpan[]; record?: boolean };
  getTags(): Readonly<Record<string, unknown>>;
  toTraceId(hex128: boolean): string;
  toSpanId(hex: boolean): string;
}

export const SPAN_START = 'dd-trace:span:start';
export const SPAN_FINISH = 'dd-trace:span:finish';

/** Channels on which a plugin gives the provider's answer away just before it finishes its span. */
export const ANSWERS: readonly { readonly channel: string; readonly bodyOf: (result: unknown) => unknown }[] = [
  { channel: 'tracing:apm:openai:request:asyncEnd', bodyOf: (result) => fieldOf(result, 'data') },
  { channel: 'tracing:apm:anthropic:request:asyncEnd', bodyOf: (result) => result },
];

/** The span and the result in a message of {@link ANSWERS}. */
export function answerIn(message: unknown): { readonly span: DdSpan; readonly result: unknown } | undefined {
  const span = fieldOf(fieldOf(message, 'currentStore'), 'span');
  return isDdSpan(span) ? { span, result: fieldOf(message, 'result') } : undefined;
}

/** True for what we can read and write. An older or newer tracer may publish something else. */
export function isDdSpan(value: unknown): value is DdSpan {
  const context = typeof value === 'object' && value !== null ? (value as { context?: unknown }).context : undefined;
  if (typeof context !== 'function' || typeof (value as { setTag?: unknown }).setTag !== 'function') return false;
  const own: unknown = context.call(value);
  return fieldOf(own, 'getTags') instanceof Function && fieldOf(own, 'toSpanId') instanceof Function;
}

/** The span of a message on {@link SPAN_START}, which wraps it. */
export function startedSpan(message: unknown): DdSpan | undefined {
  const span = fieldOf(message, 'span');
  return isDdSpan(span) ? span : undefined;
}

/** The spans that are above `span` in its own process, nearest first. */
export function* ancestorsOf(span: DdSpan): Generator<DdSpan> {
  const started = span.context()._trace?.started ?? [];
  let parentId = parentIdOf(span);
  for (let depth = 0; depth < DEPTH_MAX && parentId !== ''; depth += 1) {
    const parent = started.find((other) => other.context().toSpanId(true) === parentId);
    if (parent === undefined) return;
    yield parent;
    parentId = parentIdOf(parent);
  }
}

/** A provider call lies a few frames below the library that makes it. */
const DEPTH_MAX = 8;

/** 16 lower-case hex digits; `''` at the root. */
export function parentIdOf(span: DdSpan): string {
  const id = span.context()._parentId?.toString(16).padStart(16, '0') ?? '';
  return id === '0000000000000000' ? '' : id;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
