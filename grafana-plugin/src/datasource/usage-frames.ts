import type { DataFrame, Field } from '@grafana/data';
import type { ComparedRow, UsageRow } from '../api/usage-answer.ts';
import { numberIn, textIn } from '../api/usage-answer.ts';
import { exactField, frameField } from './frame-field.ts';
import type { WholeQuery } from './ledger-query.ts';

/** Amounts that a double cannot hold. In a table they are texts, as exact as the ledger has them. */
const MONEY = /(^|_)cost(_per_call)?$|^margin$/;

/**
 * The rows of an answer as Grafana draws them: with a grain one frame for each group, over time; without one a table. A table
 * shows money as it is in the ledger; a graph and a single number draw doubles.
 */
export function usageFrames(refId: string, query: WholeQuery, rows: readonly ComparedRow[]): DataFrame[] {
  const now = rows.map((row) => row.now);
  return query.grain === 'none' ? [tableFrame(refId, query, now)] : seriesFrames(refId, query, now);
}

function tableFrame(refId: string, { metrics, groupBy }: WholeQuery, rows: readonly UsageRow[]): DataFrame {
  const exact = (metric: string): boolean => groupBy.length > 0 && MONEY.test(metric);
  const fields: Field[] = [
    ...groupBy.map((name) =>
      frameField(
        name,
        'string',
        rows.map((row) => textIn(row, name)),
      ),
    ),
    ...metrics.map((metric) =>
      exact(metric)
        ? exactField(
            metric,
            rows.map((row) => (row[metric] === null ? null : textIn(row, metric))),
          )
        : frameField(
            metric,
            'number',
            rows.map((row) => numberIn(row, metric)),
          ),
    ),
  ];
  return { refId, fields, length: rows.length };
}

function seriesFrames(refId: string, { metrics, groupBy }: WholeQuery, rows: readonly UsageRow[]): DataFrame[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(groupBy.map((name) => textIn(row, name))));
  return [...groups.values()].map((group) => {
    const [first] = group as [UsageRow];
    const labels = Object.fromEntries(groupBy.map((name) => [name, textIn(first, name)]));
    const name = Object.values(labels).join(' ');
    const times = group.map((row) => Date.parse(textIn(row, 'time')));
    return {
      refId,
      length: group.length,
      fields: [
        frameField('time', 'time', times),
        ...metrics.map((metric) =>
          frameField(
            metric,
            'number',
            group.map((row) => numberIn(row, metric)),
            {
              labels,
              config: { displayNameFromDS: seriesName(name, metric, metrics.length) },
            },
          ),
        ),
      ],
    };
  });
}

function seriesName(group: string, metric: string, metricsCount: number): string {
  if (group === '') return metric;
  return metricsCount === 1 ? group : `${group} ${metric}`;
}
