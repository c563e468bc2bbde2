import type { LintFinding } from '../finding.ts';
import { checkMetricQuery } from '../known-metrics.ts';
import { ExpressionError } from '../metric-expression.ts';
import { parseMonitorQuery } from '../monitor-query.ts';
import type { LintRule } from '../rule.ts';

const MONTH_MINUTES = 43_800;
const KINDS = ['query alert', 'composite'];

/** The query is one that Datadog can read, about metrics and tags that are sent, in a window that it evaluates. */
export const monitorQueries: LintRule = {
  name: 'monitor-queries',
  about: 'monitor',
  check: (monitor) => {
    const type = String(monitor['type']);
    if (!KINDS.includes(type))
      return [
        {
          at: 'type',
          code: 'MONITOR_TYPE',
          message: `ours are ${KINDS.join(' or ')}; Datadog stores "metric alert" as "query alert"`,
        },
      ];
    const query = String(monitor['query']);
    if (type === 'composite') return composite(query);
    try {
      const parsed = parseMonitorQuery(query);
      const { expression, aggregator, operator, windowMinutes } = parsed;
      const findings = expression.queries.flatMap((one) => checkMetricQuery(one, 'query', () => undefined));
      if (expression.names.length > 0)
        findings.push({
          at: 'query',
          code: 'MONITOR_NAME',
          message: `"${expression.names[0]}" is neither a query nor a function`,
        });
      if (expression.queries.length === 0)
        findings.push({ at: 'query', code: 'MONITOR_QUERY', message: 'it asks for no metric' });
      if (expression.queries.some(({ scope }) => scope.some((item) => item.includes('$'))))
        findings.push({ at: 'query', code: 'MONITOR_VARIABLE', message: 'a monitor has no template variables' });
      if (operator === '==' || operator === '!=')
        findings.push({ at: 'query', code: 'MONITOR_OPERATOR', message: 'invalid operator specified' });
      if (windowMinutes > MONTH_MINUTES)
        findings.push({ at: 'query', code: 'MONITOR_WINDOW', message: 'a window is at most one month' });
      const isCounted = expression.queries.some(({ methods }) => methods.includes('as_count'));
      const isAnomaly = expression.functions.some(({ name }) => name === 'anomalies');
      if (isCounted && !isAnomaly && aggregator !== 'sum')
        findings.push({
          at: 'query',
          code: 'MONITOR_AS_COUNT',
          message: 'with .as_count() the window is summed: "sum(…)"',
        });
      const groups = new Set(expression.queries.map(({ by }) => [...by].sort().join()));
      if (groups.size > 1)
        findings.push({
          at: 'query',
          code: 'MONITOR_GROUPS',
          message: 'queries that are combined group by the same tags',
        });
      return findings;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return [{ at: 'query', code: 'MONITOR_GRAMMAR', message: error.message }];
    }
  },
};

/** Ours name monitors by their keys: `{spend-anomaly} && {spend-floor}`. Ids are put in when they are applied. */
function composite(query: string): LintFinding[] {
  const isFine = /^\{[a-z0-9-]+\}(\s*(&&|\|\|)\s*!?\{[a-z0-9-]+\})+$/.test(query);
  return isFine
    ? []
    : [{ at: 'query', code: 'MONITOR_COMPOSITE', message: 'a composite joins {keys} of monitors by && or ||' }];
}
