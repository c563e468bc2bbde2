import { eachQuery } from '../each-query.ts';
import { labelsOf } from '../labels-of.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, argumentsOf, operationOf, seriesOf } from '../promql.ts';

export const quantileKeepsLe: LintRule = {
  name: 'quantile-keeps-le',
  why: 'A quantile of a histogram needs its buckets, each with its bound.',
  *check(dashboard) {
    for (const { panel, target, query } of eachQuery(dashboard)) {
      for (const call of all(query, 'FunctionCall').filter((node) => operationOf(node) === 'histogram_quantile')) {
        const buckets = argumentsOf(call).at(-1);
        if (buckets === undefined) continue;
        const { labels, isOpen } = labelsOf(buckets);
        if (!isOpen && !labels.has('le')) yield { panel, target, message: 'the aggregation drops le: sum by (…, le)' };
        for (const selector of all(buckets, 'VectorSelector')) {
          if (!seriesOf(selector).endsWith('_bucket')) {
            yield { panel, target, message: `${seriesOf(selector)} has no buckets` };
          }
        }
      }
    }
  },
};
