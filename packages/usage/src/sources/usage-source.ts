import type { Finding } from '../errors.ts';
import { isPartOf, METER_NAMES, type Meter, type Meters } from '../meters.ts';
import type { PricingContext } from '../pricing-context.ts';
import { parseCount, type Usage } from '../usage.ts';

/**
 * Whether the source's own input count holds the cached tokens (`cache_included`: OpenAI, Gemini) or leaves them beside it
 * (`cache_excluded`: Anthropic, Bedrock Converse). There is no default: a wrong guess cannot be detected from one call.
 */
export type CacheConvention = 'cache_included' | 'cache_excluded';

/** One provider usage shape. The contract of every file in this folder. */
export interface UsageSource {
  /** `<shape>.<api>`, for example `openai.chat`. */
  readonly name: string;
  /** `gen_ai.provider.name` values whose API answers in this shape. */
  readonly providers: readonly string[];
  /** Names by which callers ask for this API. */
  readonly apis: readonly string[];
  readonly convention: CacheConvention;
  /** True when a usage object is of this shape. Asked when the caller does not name the API. */
  matches(usage: JsonObject): boolean;
  /** Response body (or its merged stream form) to meters. Never throws; a count that is not one becomes a finding. */
  extract(body: JsonObject, usage: JsonObject, read: CountReader): ExtractedParts;
}

export interface ExtractedParts {
  readonly meters: Meters;
  readonly context?: PricingContext;
  readonly subUsages?: readonly SubUsage[];
}

/** Tokens inside one response that are billed at another model, such as Anthropic's advisor. */
export interface SubUsage {
  readonly model: string;
  readonly meters: Meters;
}

export interface ExtractedUsage {
  /** The model named in the body, when it names one. */
  readonly model?: string;
  readonly usage: Usage;
  readonly context: PricingContext;
  readonly subUsages: readonly SubUsage[];
  /** The source that read it, `undefined` when none matched. */
  readonly source?: string;
  readonly findings: readonly Finding[];
}

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads counts out of a usage object and collects what is wrong with them. */
export class CountReader {
  readonly findings: Finding[] = [];

  /** The count at `path`, `undefined` when it is absent, null, or (with a finding) not a count. */
  count(from: unknown, ...path: string[]): number | undefined {
    let value = from;
    for (const key of path) {
      if (!isObject(value)) return undefined;
      value = value[key];
    }
    if (value === undefined || value === null) return undefined;
    const count = parseCount(value);
    if (count === undefined) {
      this.findings.push({
        at: `usage.${path.join('.')}`,
        code: 'COUNT_INVALID',
        message: `${JSON.stringify(value)} is not a whole number ≥ 0; the count was left out`,
      });
    }
    return count;
  }
}

/** Keeps the counts that are there. Spares every source the same `if`. */
export function definedMeters(meters: { readonly [M in Meter]?: number | undefined }): Meters {
  const defined: { [M in Meter]?: number } = {};
  for (const name of METER_NAMES) {
    const count = meters[name];
    if (count !== undefined) defined[name] = count;
  }
  return defined;
}

/** A sum in which an absent part counts for nothing, and nothing at all stays absent. */
export function sumCounts(...counts: readonly (number | undefined)[]): number | undefined {
  const present = counts.filter((count) => count !== undefined);
  return present.length === 0 ? undefined : present.reduce((sum, count) => sum + count, 0);
}

/** Adds two sets of meters, meter by meter. */
export function addMeters(a: Meters, b: Meters): Meters {
  const sum: { [M in Meter]?: number } = {};
  for (const name of METER_NAMES) {
    const total = sumCounts(a[name], b[name]);
    if (total !== undefined) sum[name] = total;
  }
  return sum;
}

/** Parts that are larger than their whole: the provider contradicts itself, or the wrong convention was named. */
export function contradictions(meters: Meters): Finding[] {
  const findings: Finding[] = [];
  for (const whole of ['input_tokens', 'output_tokens', 'cache_write_tokens', 'cache_read_tokens'] as const) {
    const limit = meters[whole];
    if (limit === undefined) continue;
    for (const part of METER_NAMES) {
      const count = meters[part];
      if (part !== whole && count !== undefined && count > limit && isPartOf(part, whole)) {
        findings.push({
          at: `usage.${part}`,
          code: 'PART_EXCEEDS_WHOLE',
          message: `${count} ${part} cannot be part of ${limit} ${whole}`,
        });
      }
    }
  }
  return findings;
}
