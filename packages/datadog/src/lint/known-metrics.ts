import { DEFAULT_LABELS } from '../metrics/call-labels.ts';
import { type CatalogueMetric, METRICS, type MetricName } from '../metrics/metric-catalogue.ts';
import type { LintFinding } from './finding.ts';
import type { MetricQuery } from './metric-expression.ts';

const LABELS = Object.keys(DEFAULT_LABELS);

/** Every tag that a metric of the catalogue carries; `undefined` for a metric that nobody sends. */
export function tagsOfMetric(name: string): readonly string[] | undefined {
  const metric: CatalogueMetric | undefined = METRICS[name as MetricName];
  return metric === undefined ? undefined : [...(metric.ofCall === true ? LABELS : []), ...(metric.tags ?? [])];
}

/** The metric exists, carries the tags that are asked for, and is asked for in a way that its kind allows. */
export function checkMetricQuery(
  query: MetricQuery,
  at: string,
  tagOfVariable: (name: string) => string | undefined,
): LintFinding[] {
  const tags = tagsOfMetric(query.metric);
  if (tags === undefined) {
    return [
      { at, code: 'METRIC_UNKNOWN', message: `nobody sends "${query.metric}"; see METRICS of @costspan/datadog` },
    ];
  }
  const findings: LintFinding[] = [];
  const asked = query.scope.flatMap((item) => {
    const bare = item.replace(/^!/, '');
    if (bare === '*') return [];
    if (bare.startsWith('$')) return [tagOfVariable(bare.slice(1)) ?? ''];
    return [bare.slice(0, bare.indexOf(':'))];
  });
  for (const tag of [...asked, ...query.by]) {
    if (tag !== '' && !tags.includes(tag))
      findings.push({ at, code: 'METRIC_TAG', message: `"${query.metric}" carries no tag "${tag}"` });
  }
  const { kind } = METRICS[query.metric as MetricName];
  const isCounted = query.methods.includes('as_count') || query.methods.includes('as_rate');
  if (isCounted && kind !== 'count')
    findings.push({ at, code: 'METRIC_AS_COUNT', message: `"${query.metric}" is a ${kind}, not a count` });
  if (kind === 'count' && !isCounted)
    findings.push({ at, code: 'METRIC_RATE', message: `"${query.metric}" is a count: add .as_count()` });
  if (kind === 'count' && query.aggregator !== 'sum')
    findings.push({ at, code: 'METRIC_SUM', message: `a count is added up: "sum", not "${query.aggregator}"` });
  if (/^p\d\d$/.test(query.aggregator) && kind !== 'distribution')
    findings.push({ at, code: 'METRIC_PERCENTILE', message: `"${query.metric}" is a ${kind}: it has no percentiles` });
  return findings;
}
