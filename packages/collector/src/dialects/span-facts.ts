import { GEN_AI, type Meter, type Meters, OTEL, type PricingContext, parseCount } from '@costspan/usage';
import type { Attributes, AttributeValue, Span } from '../otlp/traces.ts';
import type { UsageFinding } from './dialect.ts';

/** The text at `name`; `undefined` when it is absent, empty or no text. */
export function textAt(of: { readonly attributes: Attributes }, name: string): string | undefined {
  const value = of.attributes.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A boolean, also as the text that some exporters make of it. */
export function booleanAt(span: Span, name: string): boolean | undefined {
  const value = span.attributes.get(name);
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return undefined;
}

/** Collects counts from attributes. One that is there but is no count is left out with a finding, never zero. */
export class MeterReader {
  readonly findings: UsageFinding[] = [];
  readonly meters: { [M in Meter]?: number } = {};
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  /** Takes the first of `names` that is present. */
  take(meter: Meter, ...names: readonly string[]): void {
    for (const name of names) {
      const value = this.#span.attributes.get(name);
      if (value === undefined) continue;
      const count = value === null || typeof value === 'boolean' ? undefined : parseCount(value, meter);
      if (count === undefined) this.findings.push(invalidCount(name, meter, value));
      else this.meters[meter] = count;
      return;
    }
  }

  get isEmpty(): boolean {
    for (const _ in this.meters) return false;
    return true;
  }
}

/** Reads every `[meter, names]` of a table. */
export function readMeters(span: Span, table: readonly (readonly [Meter, ...string[]])[]): MeterReader {
  const reader = new MeterReader(span);
  for (const [meter, ...names] of table) reader.take(meter, ...names);
  return reader;
}

/** The served tier, where a provider's own attribute names it. `auto` is a request, not a tier. */
export function servedContext(span: Span): PricingContext {
  const tier = textAt(span, OTEL.openaiResponseServiceTier) ?? textAt(span, OTEL.anthropicResponseServiceTier);
  return tier === undefined || tier === 'auto' ? {} : { service_tier: tier };
}

/** Fields of a {@link CallFacts} that stand under the same names in every `gen_ai.*` dialect. */
export interface ModelFacts {
  requestModel?: string;
  responseModel?: string;
  responseId?: string;
  timeToFirstChunkUs?: number;
}

export function modelFacts(span: Span): ModelFacts {
  const facts: ModelFacts = {};
  const requestModel = textAt(span, GEN_AI.requestModel);
  if (requestModel !== undefined) facts.requestModel = requestModel;
  const responseModel = textAt(span, GEN_AI.responseModel);
  if (responseModel !== undefined) facts.responseModel = responseModel;
  const responseId = textAt(span, GEN_AI.responseId);
  if (responseId !== undefined) facts.responseId = responseId;
  const seconds = span.attributes.get(GEN_AI.responseTimeToFirstChunk);
  if (typeof seconds === 'number' && seconds >= 0 && seconds < SECONDS_MAX) {
    facts.timeToFirstChunkUs = Math.round(seconds * 1e6);
  }
  return facts;
}

/** The names that {@link modelFacts} and {@link servedContext} read. */
export const MODEL_ATTRIBUTES = [
  GEN_AI.requestModel,
  GEN_AI.responseModel,
  GEN_AI.responseId,
  GEN_AI.responseTimeToFirstChunk,
  OTEL.openaiResponseServiceTier,
  OTEL.anthropicResponseServiceTier,
] as const;

/** The names in a meter table. */
export function namesIn(table: readonly (readonly [Meter, ...string[]])[]): string[] {
  return table.flatMap(([, ...names]) => names);
}

/** Adds the cached tokens to an input count that leaves them out. */
export function includeCache(meters: Meters): Meters {
  const { input_tokens: fresh, cache_read_tokens: read = 0, cache_write_tokens: write = 0 } = meters;
  return fresh === undefined ? meters : { ...meters, input_tokens: fresh + read + write };
}

/** A year. A longer wait is a mistake of the clock. */
const SECONDS_MAX = 31_536_000;
const SHOWN_LENGTH_MAX = 40;

function invalidCount(at: string, meter: Meter, value: AttributeValue): UsageFinding {
  return {
    at,
    meter,
    code: 'COUNT_INVALID',
    message: `${describe(value)} is not a whole number ≥ 0; the count was left out and the call has no cost`,
  };
}

function describe(value: AttributeValue): string {
  if (value === null) return 'a list, map or empty value';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, SHOWN_LENGTH_MAX)) : String(value);
}
