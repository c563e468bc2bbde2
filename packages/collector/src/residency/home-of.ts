import { normalise } from '@costspan/spans';
import { TAG_PREFIX } from '@costspan/usage';
import type { Span } from '../otlp/traces.ts';
import type { ResidencyRule } from './residency-config.ts';

/** Traces whose home is remembered for spans that come later; beyond them the oldest are forgotten. */
const TRACES_MAX = 100_000;

/** To which region the spans of one request belong; `undefined` is where they were sent. */
export interface Homes {
  /** Those of the spans that were read. */
  readonly regions: ReadonlySet<string | undefined>;
  /** Of any span of the request. One that was not read goes with its trace, else with the others where they all go to one region. */
  of(traceId: string, spanId: string): string | undefined;
}

/** Decides for each span of a request to which region it belongs. */
export class HomeOf {
  readonly #rules: readonly ResidencyRule[];
  /** By trace, in order of the last span of each. */
  readonly #traces = new Map<string, string>();

  constructor(rules: readonly ResidencyRule[]) {
    this.#rules = rules;
  }

  /** How the spans that were read are parted. A span that no rule knows goes with its trace; see {@link Homes}. */
  homes(spans: readonly Span[]): Homes {
    const bySpan = new Map<string, string | undefined>();
    const regions = new Set<string | undefined>();
    const stated = spans.map((span) => this.#stated(span));
    for (const [index, region] of stated.entries()) {
      if (region !== undefined) this.#remember((spans[index] as Span).traceId, region);
    }
    for (const [index, region] of stated.entries()) {
      const { traceId, spanId } = spans[index] as Span;
      const home = region ?? this.#traces.get(traceId);
      bySpan.set(`${traceId}-${spanId}`, home);
      regions.add(home);
    }
    const [only] = regions;
    const rest = regions.size === 1 ? only : undefined;
    const of = (traceId: string, spanId: string): string | undefined => {
      const id = `${traceId}-${spanId}`;
      return bySpan.has(id) ? bySpan.get(id) : (this.#traces.get(traceId) ?? rest);
    };
    return { of, regions };
  }

  #stated(span: Span): string | undefined {
    const normalised = normalise(span);
    const call = normalised.kind === 'call' ? normalised.call : undefined;
    const textOf = (name: string): string | undefined => {
      if (name === 'region') return call?.context.region;
      const value = call?.tags[name] ?? attribute(span, `${TAG_PREFIX}${name}`);
      return value === undefined ? undefined : String(value);
    };
    return this.#rules.find(({ when }) =>
      [...when].every(([name, wanted]) => {
        const value = textOf(name);
        return value !== undefined && wanted.some((each) => isMatch(value, each));
      }),
    )?.to;
  }

  #remember(traceId: string, region: string): void {
    // One trace has one home: what comes first decides for spans that say nothing.
    const home = this.#traces.get(traceId) ?? region;
    this.#traces.delete(traceId);
    this.#traces.set(traceId, home);
    if (this.#traces.size <= TRACES_MAX) return;
    for (const oldest of this.#traces.keys()) {
      this.#traces.delete(oldest);
      return;
    }
  }
}

function attribute(span: Span, name: string): unknown {
  return span.attributes.get(name) ?? span.resource.attributes.get(name);
}

function isMatch(value: string, wanted: string): boolean {
  return wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
}
