import type { UsageQuestion } from '../api/usage-question.ts';
import { grainFor } from '../domain/grain.ts';
import { chosenFilters, type Replace } from './chosen-values.ts';
import type { WholeQuery } from './ledger-query.ts';

/** The time that a panel looks at. */
export interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  /** IANA name: where hours and days begin. */
  readonly timezone: string;
}

/** The question that a query is, in the words of the API. */
export function questionOf(query: WholeQuery, asked: Asked, replace: Replace): UsageQuestion {
  const { fromMs, toMs, timezone } = asked;
  const { metrics, groupBy, filters, grain, limit } = query;
  return {
    from: new Date(fromMs).toISOString(),
    // A time of no length has no calls; the API takes none.
    to: new Date(Math.max(toMs, fromMs + 1)).toISOString(),
    timezone,
    grain: grain === 'auto' ? grainFor(fromMs, toMs) : grain,
    metrics,
    groupBy,
    filters: chosenFilters(filters, replace),
    ...(metrics[0] === undefined ? {} : { orderBy: { field: metrics[0], direction: 'desc' as const } }),
    limit,
  };
}
