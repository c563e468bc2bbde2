import { metricOf } from '../../metrics.ts';
import { eachQuery } from '../each-query.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, seriesOf } from '../promql.ts';

export const metricIsKnown: LintRule = {
  name: 'metric-is-known',
  why: 'A misspelled metric is a panel that is empty for ever.',
  *check(dashboard) {
    for (const { panel, target, query } of eachQuery(dashboard)) {
      for (const selector of all(query, 'VectorSelector')) {
        const series = seriesOf(selector);
        if (series.startsWith('costspan_') && metricOf(series) === undefined) {
          yield { panel, target, message: `no collector tells ${series}` };
        }
        if (series === '') yield { panel, target, message: `${selector.text} names no metric` };
      }
    }
  },
};
