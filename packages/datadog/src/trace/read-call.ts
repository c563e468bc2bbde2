import { type CostInDollars, type PriceBook, priceCall } from '@costspan/pricing';
import { costspan, type Dialect, ddTrace, normalise, otelGenAi, type Span } from '@costspan/spans';
import { type CallRecord, COSTSPAN, type Tags } from '@costspan/usage';
import type { Answer } from './answers.ts';
import type { DdSpan } from './dd-tracer.ts';
import { readableSpan } from './readable-span.ts';

/** A provider call and what it costs. */
export interface ReadCall {
  readonly call: CallRecord;
  readonly cost: CostInDollars;
  /** The span as it was read: what is there is not written over. */
  readonly span: Span;
  /** Tokens that the same answer bills at other models, each a call of its own. */
  readonly parts: readonly Omit<ReadCall, 'span' | 'parts'>[];
}

/** What may be on a span of the tracer: our own, the tracer's, and that of any OpenTelemetry instrumentation it carries. */
const DIALECTS: readonly Dialect[] = [costspan, ddTrace, otelGenAi];

/** True when the span can be a call at all. Asked of every span: a few lookups. */
export function mayBeCall(tags: Readonly<Record<string, unknown>>): boolean {
  return 'gen_ai.operation.name' in tags || 'gen_ai.provider.name' in tags || COSTSPAN.usageStatus in tags;
}

/** Reads and prices one finished span with the collector's own rules; `undefined` when no provider bills it. */
export function readCall(
  ddSpan: DdSpan,
  tags: Tags,
  answer: Answer | undefined,
  book: PriceBook,
): ReadCall | undefined {
  const span = readableSpan(ddSpan, tags);
  const normalised = normalise(span, DIALECTS);
  if (normalised.kind !== 'call') return undefined;
  const { findings } = normalised;
  const call = answer === undefined ? normalised.call : withAnswer(normalised.call, answer);
  const parts = (answer?.subUsages ?? []).map(({ model, meters }) => {
    const part: CallRecord = {
      ...call,
      requestModel: model,
      responseModel: model,
      usage: { meters, status: 'reported' },
    };
    return { call: part, cost: priceCall(book, part, []) };
  });
  return { call, cost: priceCall(book, call, answer === undefined ? findings : []), span, parts };
}

/** The provider's own words stand above what the tracer made of them. */
function withAnswer(call: CallRecord, answer: Answer): CallRecord {
  const responseModel = answer.model ?? answer.responseModel;
  return {
    ...call,
    ...(responseModel === undefined ? {} : { responseModel }),
    ...(answer.responseId === undefined ? {} : { responseId: answer.responseId }),
    usage: answer.usage,
    context: { ...call.context, ...answer.context },
  };
}
