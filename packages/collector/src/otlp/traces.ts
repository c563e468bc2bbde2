import type { Span as ReadableSpan } from '@costspan/spans';

export type {
  Attributes,
  AttributeValue,
  Resource,
  Scope,
} from '@costspan/spans';

/** What we read of an OTLP span. Names that nobody asked for are never turned into text, and neither are their values. */
export interface Span extends ReadableSpan {
  /** Where the span stands in the body. Only the splicer of the body's format knows how to read it. */
  readonly place: number;
}

export interface DecodedTraces {
  /** Every span of the request, whatever it is about. */
  readonly spanCount: number;
  /** The spans that carry at least one attribute that was asked for, in the order of the body. */
  readonly spans: readonly Span[];
}

/** The encodings of an OTLP body. */
export type OtlpFormat = 'protobuf' | 'json';
