import { eachQuery } from '../each-query.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, operationOf, type PromNode, sidesOf } from '../promql.ts';

export const divisionIsGuarded: LintRule = {
  name: 'division-is-guarded',
  why: 'Nothing divided by nothing is NaN, which is drawn as a gap at best.',
  *check(dashboard) {
    for (const { panel, target, query } of eachQuery(dashboard)) {
      for (const binary of all(query, 'BinaryExpr')) {
        const sides = sidesOf(binary);
        if (sides?.op !== '/' || !canBeNothing(sides.right)) continue;
        yield { panel, target, message: 'what it divides by may be zero: (… > 0)' };
      }
    }
  },
};

/** Counted growth may be nothing; a gauge such as a bound is not, and a number is as it is. */
function canBeNothing(divisor: PromNode): boolean {
  const inner = divisor.name === 'ParenExpr' ? divisor.children.find(({ name }) => name.endsWith('Expr')) : divisor;
  const guard = inner?.name === 'BinaryExpr' ? sidesOf(inner) : undefined;
  if (guard?.op === '>' || guard?.op === '>=' || guard?.op === '!=') return false;
  return all(divisor, 'FunctionCall').some((call) => /^(rate|increase|delta)$/.test(operationOf(call)));
}
