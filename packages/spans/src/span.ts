/**
 * One scalar attribute value. Integers beyond ±(2⁵³ − 1) are bigints; `null` is a value that is present but is no scalar
 * (a list, a map, bytes, nothing), which nothing here reads.
 */
export type AttributeValue = string | number | bigint | boolean | null;

/** Attributes by name. A `Map` is one. */
export interface Attributes extends Iterable<[string, AttributeValue]> {
  readonly size: number;
  get(name: string): AttributeValue | undefined;
  has(name: string): boolean;
  keys(): Iterable<string>;
  forEach(visit: (value: AttributeValue, name: string) => void): void;
}

export interface Resource {
  readonly attributes: Attributes;
}

export interface Scope {
  readonly name: string;
  readonly version: string;
}

/** Numbers of OTLP enums. */
export const SPAN_KIND_CLIENT = 3;
export const STATUS_CODE_UNSET = 0;
export const STATUS_CODE_ERROR = 2;

/** What is read of a span, whatever it came in. */
export interface Span {
  /** 32 lower-case hex digits; `''` when the id is absent, of another length or all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits; `''` when the id is absent, of another length or all zero. */
  readonly spanId: string;
  /** 16 lower-case hex digits; `''` at the root. */
  readonly parentSpanId: string;
  /** The OTLP number; 0 when unset. */
  readonly kind: number;
  /** Microseconds since 1970 UTC; 0 when unset. */
  readonly startedAtUs: number;
  readonly endedAtUs: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly attributes: Attributes;
  readonly resource: Resource;
  readonly scope: Scope;
}
