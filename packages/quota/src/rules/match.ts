import type { Tags } from '@costspan/usage';
import type { Clause, Condition, Dimension } from './rule.ts';

/** What rules see of a call before it is made. */
export interface QuotaCall {
  /** An OpenTelemetry provider name, or the gateway's account. */
  readonly provider: string;
  readonly model: string;
  readonly tags: Tags;
}

/** The value of a dimension that a call does not have. Such calls share a bucket; nothing passes unlimited. */
export const UNTAGGED = '(untagged)';

export type Matcher = (call: QuotaCall) => boolean;

/** A condition, compiled once. */
export function compileCondition({ every, none }: Condition): Matcher {
  const must = every.map(compileClause);
  const isExcluded = anyOf(none.map(compileClause));
  const [first, ...others] = must;
  if (first === undefined) return (call) => !isExcluded(call);
  const misses = anyOf(others.map((holds) => (call) => !holds(call)));
  return (call) => first(call) && !misses(call) && !isExcluded(call);
}

/** By index: fifty rules look at each call, and an iterator or a closure for each was half of what a decision allocates. */
function anyOf(tests: readonly Matcher[]): Matcher {
  const [first] = tests;
  if (first === undefined) return () => false;
  if (tests.length === 1) return first;
  return (call) => {
    for (let index = 0; index < tests.length; index += 1) if (tests[index]?.(call) === true) return true;
    return false;
  };
}

export function dimensionValue(dimension: Dimension, call: QuotaCall): string {
  if (dimension === 'model') return call.model;
  if (dimension === 'provider') return call.provider;
  return call.tags[dimension] ?? UNTAGGED;
}

function compileClause(clause: Clause): Matcher {
  switch (clause.on) {
    case 'subject': {
      if (clause.any.includes('*')) return () => true;
      const byTag = Map.groupBy(
        clause.any.filter((pattern) => pattern !== '*'),
        ({ tag }) => tag,
      );
      const tests = [...byTag].map(([tag, patterns]) =>
        tagTest(
          tag,
          patterns.map(({ value }) => value),
        ),
      );
      return anyOf(tests);
    }
    case 'model': {
      const fits = compilePatterns(clause.any);
      return (call) => fits(call.model) || fits(qualifiedName(call));
    }
    case 'provider': {
      const fits = compilePatterns(clause.any);
      return ({ provider }) => fits(provider);
    }
    case 'tag':
      return tagTest(clause.key, clause.any);
    default:
      return clause satisfies never;
  }
}

let named: QuotaCall | undefined;
let name = '';

/** `openai/gpt-4o`, made once for all the rules that look at one call: of fifty rules it was half of what a decision allocates. */
function qualifiedName(call: QuotaCall): string {
  if (call !== named) {
    named = call;
    name = `${call.provider}/${call.model}`;
  }
  return name;
}

function tagTest(key: string, any: readonly string[]): Matcher {
  const fits = compilePatterns(any);
  return ({ tags }) => {
    const value = tags[key];
    return value !== undefined && fits(value);
  };
}

/** Exact texts in a set, beginnings in a list: no pattern that came with data is ever run. */
function compilePatterns(patterns: readonly string[]): (value: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
  const beginnings = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1));
  if (beginnings.length === 0) return (value) => exact.has(value);
  return (value) => exact.has(value) || beginnings.some((beginning) => value.startsWith(beginning));
}
