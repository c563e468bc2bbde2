import { METRICS, metricOf } from '../metrics.ts';
import { argumentsOf, child, groupingOf, matchersOf, operationOf, type PromNode, seriesOf, sidesOf } from './promql.ts';

/** The labels a result has. Open: it may have others too, since a metric is not ours. */
export interface ResultLabels {
  readonly labels: ReadonlySet<string>;
  readonly isOpen: boolean;
}

const NONE: ResultLabels = { labels: new Set(), isOpen: false };
/** Prometheus puts these on every series it scrapes. */
export const SCRAPED: readonly string[] = ['job', 'instance'];
/** These keep the labels of what they choose from. */
const CHOOSERS = new Set(['topk', 'bottomk', 'limitk']);

/** Which labels are left when an expression has been computed. */
export function labelsOf(node: PromNode): ResultLabels {
  switch (node.name) {
    case 'VectorSelector': {
      const series = seriesOf(node);
      const known = metricOf(series);
      const matched = matchersOf(node).map(({ label }) => label);
      const bucket = series.endsWith('_bucket') ? ['le'] : [];
      return {
        labels: new Set([...(known?.metric.labels ?? []), ...SCRAPED, ...matched, ...bucket]),
        isOpen: known === undefined || !series.startsWith('costspan_'),
      };
    }
    case 'AggregateExpr': {
      const inner = lastOf(argumentsOf(node));
      const grouping = groupingOf(node);
      if (CHOOSERS.has(operationOf(node))) return inner;
      if (grouping === undefined) return NONE;
      if (grouping.isBy) {
        return {
          labels: new Set(grouping.labels.filter((label) => inner.isOpen || inner.labels.has(label))),
          isOpen: false,
        };
      }
      return {
        labels: new Set([...inner.labels].filter((label) => !grouping.labels.includes(label))),
        isOpen: inner.isOpen,
      };
    }
    case 'FunctionCall':
      return ofCall(node);
    case 'BinaryExpr': {
      const sides = sidesOf(node);
      if (sides === undefined) return NONE;
      const [left, right] = [labelsOf(sides.left), labelsOf(sides.right)];
      if (sides.op.toLowerCase() === 'or') {
        return {
          labels: new Set([...left.labels].filter((label) => right.labels.has(label) || right.isOpen)),
          isOpen: left.isOpen && right.isOpen,
        };
      }
      return isNumber(sides.left) ? right : left;
    }
    default: {
      const inner = node.children.find(
        ({ name }) => /Expr$|Selector$|Call$/.test(name) && name !== 'DurationExpr' && name !== 'OffsetDurationExpr',
      );
      return inner === undefined ? NONE : labelsOf(inner);
    }
  }
}

function ofCall(node: PromNode): ResultLabels {
  const given = argumentsOf(node);
  const text = (index: number) => (given[index]?.text ?? '""').slice(1, -1);
  switch (operationOf(node)) {
    case 'label_replace': {
      const inner = labelsOf(given[0] as PromNode);
      return { labels: new Set([...inner.labels, text(1)]), isOpen: inner.isOpen };
    }
    case 'histogram_quantile': {
      const inner = lastOf(given);
      return { labels: new Set([...inner.labels].filter((label) => label !== 'le')), isOpen: inner.isOpen };
    }
    default:
      return lastOf(given);
  }
}

function lastOf(given: readonly PromNode[]): ResultLabels {
  const last = given.at(-1);
  return last === undefined ? NONE : labelsOf(last);
}

function isNumber(node: PromNode): boolean {
  if (node.name === 'ParenExpr')
    return node.children.every((inner) => inner.name === '(' || inner.name === ')' || isNumber(inner));
  return (
    node.name === 'NumberDurationLiteral' ||
    node.name === 'NumberLiteral' ||
    child(node, 'NumberDurationLiteral') === node
  );
}

/** What kind of metric a series is: ours by the list, others by how they are named. */
export function kindOf(series: string): 'counter' | 'gauge' | 'unknown' {
  const known = metricOf(series);
  if (known !== undefined) return known.metric.kind === 'gauge' ? 'gauge' : 'counter';
  if (METRICS[series.replace(/_(bucket|sum|count)$/, '')] !== undefined || series.endsWith('_total')) return 'counter';
  return 'unknown';
}
