import { type LintFinding, objectsOf, textOf } from '../finding.ts';
import { checkMetricQuery } from '../known-metrics.ts';
import { ExpressionError, parseExpression } from '../metric-expression.ts';
import { metricQueriesOf, panelsOf, requestsOf } from '../panels.ts';
import type { LintRule } from '../rule.ts';

/** Every metric query is one that Datadog can read, about a metric and tags that are really sent. */
export const dashboardQueries: LintRule = {
  name: 'dashboard-queries',
  about: 'dashboard',
  check: (dashboard) => {
    const prefixes = new Map(
      objectsOf(dashboard['template_variables']).map(({ name, prefix }) => [textOf(name) ?? '', textOf(prefix)]),
    );
    return panelsOf(dashboard)
      .flatMap(requestsOf)
      .flatMap(metricQueriesOf)
      .flatMap(({ at, query }): LintFinding[] => {
        const place = `${at}.query`;
        try {
          const { queries, names } = parseExpression(textOf(query['query']) ?? '');
          if (queries.length !== 1 || names.length > 0)
            return [
              { at: place, code: 'QUERY_COUNT', message: 'one query for one metric; put arithmetic in the formula' },
            ];
          return queries.flatMap((one) => checkMetricQuery(one, place, (name) => prefixes.get(name)));
        } catch (error) {
          if (!(error instanceof ExpressionError)) throw error;
          return [{ at: place, code: 'QUERY_GRAMMAR', message: error.message }];
        }
      });
  },
};
