import { metricOf } from '../../metrics.ts';
import { asking, type DashboardView, listOf, objectOf, textOf } from '../dashboard-view.ts';
import { eachQuery } from '../each-query.ts';
import { SCRAPED } from '../labels-of.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, matchersOf, seriesOf } from '../promql.ts';

const OURS = 'costspan-usage-datasource';

export const variableIsUsedEverywhere: LintRule = {
  name: 'variable-is-used-everywhere',
  why: 'Two panels side by side are about the same calls.',
  *check(dashboard) {
    yield* inPromql(dashboard);
    yield* inLedgerQueries(dashboard);
  },
};

function* inPromql(dashboard: DashboardView) {
  const choices = dashboard.variables.flatMap(({ name, query }) => {
    const label = /label_values\((?:[^,]*,\s*)?(\w+)\)/.exec(query)?.[1];
    return label === undefined ? [] : [{ name, label }];
  });
  for (const { panel, target, query } of eachQuery(dashboard)) {
    for (const selector of all(query, 'VectorSelector')) {
      const labels = metricOf(seriesOf(selector))?.metric.labels ?? [];
      for (const { name, label } of choices) {
        if (!labels.includes(label) && !SCRAPED.includes(label)) continue;
        const isUsed = matchersOf(selector).some((matcher) => matcher.label === label && mentions(matcher.value, name));
        if (!isUsed)
          yield { panel, target, message: `${seriesOf(selector)} is not narrowed by $${name}: ${label}=~"$${name}"` };
      }
    }
  }
}

function* inLedgerQueries(dashboard: DashboardView) {
  const names = dashboard.variables.filter(({ json }) => objectOf(json['datasource'])['type'] === OURS);
  for (const panel of asking(dashboard)) {
    for (const target of panel.targets.filter(({ json }) => json['about'] !== undefined)) {
      const values = listOf(target.json['filters']).map(({ value }) => textOf(value));
      for (const { name } of names) {
        if (!values.some((value) => mentions(value, name)))
          yield { panel, target, message: `it has no filter by $${name}` };
      }
    }
  }
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`\\$${name}\\b|\\$\\{${name}[}:]`).test(text);
}
