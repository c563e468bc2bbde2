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
  const mustNot = none.map(compileClause);
  return (call) => {
    for (const holds of must) if (!holds(call)) return false;
    for (const holds of mustNot) if (holds(call)) return false;
    return true;
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
      return (call) => tests.some((holds) => holds(call));
    }
    case 'model': {
      const fits = compilePatterns(clause.any);
      return ({ model, provider }) => fits(model) || fits(`${provider}/${model}`);
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
  return (value) => exact.has(value) || beginnings.some((beginning) => value.startsWith(beginning));
}
