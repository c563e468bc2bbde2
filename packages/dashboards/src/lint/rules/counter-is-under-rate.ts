import { eachQuery } from '../each-query.ts';
import { kindOf } from '../labels-of.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, operationOf, type PromNode, seriesOf, sidesOf } from '../promql.ts';

/** What looks at how a counter grew, at its restarts, at its first value, or only at whether it is there. */
const ALLOWED = new Set([
  'rate',
  'irate',
  'increase',
  'resets',
  'changes',
  'min_over_time',
  'count_over_time',
  'present_over_time',
  'absent',
  'absent_over_time',
  'count',
  'group',
]);

export const counterIsUnderRate: LintRule = {
  name: 'counter-is-under-rate',
  why: 'A counter forgets at a restart and knows nothing of the chosen time: its plain sum is no amount of anything.',
  *check(dashboard) {
    for (const { panel, target, query } of eachQuery(dashboard)) {
      for (const selector of all(query, 'VectorSelector')) {
        if (kindOf(seriesOf(selector)) === 'counter' && !isTamed(selector)) {
          yield { panel, target, message: `${seriesOf(selector)} is a counter: put it under rate or increase` };
        }
      }
    }
  },
};

function isTamed(selector: PromNode): boolean {
  for (let node: PromNode = selector; node.parent !== undefined; node = node.parent) {
    const { parent } = node;
    if (ALLOWED.has(operationOf(parent))) return true;
    if (parent.name !== 'BinaryExpr') continue;
    const sides = sidesOf(parent);
    // Only whether it is there matters on the right of these.
    if (sides !== undefined && /^(unless|and)$/i.test(sides.op) && sides.right === node) return true;
  }
  return false;
}
