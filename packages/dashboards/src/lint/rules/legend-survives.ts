import { eachQuery } from '../each-query.ts';
import { labelsOf } from '../labels-of.ts';
import type { LintRule } from '../lint-rule.ts';

export const legendSurvives: LintRule = {
  name: 'legend-survives',
  why: 'A legend of labels that the query has summed away is a row of empty names.',
  *check(dashboard) {
    for (const { panel, target, query } of eachQuery(dashboard)) {
      if (panel.type === 'table') continue;
      const { labels, isOpen } = labelsOf(query);
      const named = [...target.legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1] as string);
      for (const label of named) {
        if (!isOpen && !labels.has(label))
          yield { panel, target, message: `the legend names ${label}, which the query has not` };
      }
      const lost = [...labels].filter((label) => !named.includes(label));
      if (target.legend === '' || target.legend === '__auto') {
        yield { panel, target, message: 'it has no legend' };
      } else if (panel.type === 'timeseries' && lost.length > 0 && !isOpen) {
        yield { panel, target, message: `series differ in ${lost.join(', ')}, which the legend leaves out` };
      }
    }
  },
};
