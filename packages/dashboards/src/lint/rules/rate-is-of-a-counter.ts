import { eachQuery } from '../each-query.ts';
import { kindOf } from '../labels-of.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, operationOf, seriesOf } from '../promql.ts';

const OF_COUNTERS = new Set(['rate', 'irate', 'increase', 'resets']);

export const rateIsOfACounter: LintRule = {
  name: 'rate-is-of-a-counter',
  why: 'A rate takes every fall of a gauge for a restart and makes spend of it that never was.',
  *check(dashboard) {
    for (const { panel, target, query } of eachQuery(dashboard)) {
      for (const call of all(query, 'FunctionCall').filter((node) => OF_COUNTERS.has(operationOf(node)))) {
        for (const selector of all(call, 'VectorSelector')) {
          if (kindOf(seriesOf(selector)) === 'gauge') {
            yield { panel, target, message: `${seriesOf(selector)} is a gauge: use delta or deriv` };
          }
        }
      }
    }
  },
};
