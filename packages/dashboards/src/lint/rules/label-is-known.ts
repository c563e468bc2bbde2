import { metricOf } from '../../metrics.ts';
import { eachQuery } from '../each-query.ts';
import { SCRAPED } from '../labels-of.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, matchersOf, seriesOf } from '../promql.ts';

export const labelIsKnown: LintRule = {
  name: 'label-is-known',
  why: 'A matcher on a label that a metric does not carry selects nothing, or everything.',
  *check(dashboard) {
    for (const { panel, target, query } of eachQuery(dashboard)) {
      for (const selector of all(query, 'VectorSelector')) {
        const series = seriesOf(selector);
        const known = metricOf(series);
        if (known === undefined || !series.startsWith('costspan_')) continue;
        const labels = [...known.metric.labels, ...SCRAPED, 'le'];
        for (const { label } of matchersOf(selector)) {
          if (!labels.includes(label)) yield { panel, target, message: `${series} has no label ${label}` };
        }
      }
    }
  },
};
