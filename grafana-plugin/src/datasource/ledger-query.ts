import type { DataQuery } from '@grafana/schema';
import type { FilterOp } from '../api/usage-question.ts';
import { GRAINS, type Grain } from '../domain/grain.ts';

/** What a question is about: sums of calls, budgets as they stand, or marks for a graph. */
export const SUBJECTS = ['usage', 'quota', 'price-changes', 'quota-events'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** `auto` follows the length of the chosen time; `none` makes one row for each group. */
export const QUERY_GRAINS = ['none', 'auto', ...GRAINS] as const;
export type QueryGrain = 'none' | 'auto' | Grain;

/** A condition as a dashboard holds it: `value` may be a variable, or values with commas between. */
export interface QueryFilter {
  readonly field: string;
  readonly op: FilterOp;
  readonly value: string;
}

/** A query as dashboards hold it. Anything may be absent in one that was written by hand. */
export interface LedgerQuery extends DataQuery {
  about?: Subject;
  metrics?: string[];
  groupBy?: string[];
  filters?: QueryFilter[];
  grain?: QueryGrain;
  limit?: number;
}

export const LIMIT_DEFAULT = 20;
export const LIMIT_MAX = 1000;

/** With every part there. */
export type WholeQuery = Required<Pick<LedgerQuery, 'about' | 'metrics' | 'groupBy' | 'filters' | 'grain' | 'limit'>>;

export const NEW_QUERY: WholeQuery = {
  about: 'usage',
  metrics: ['cost'],
  groupBy: [],
  filters: [],
  grain: 'auto',
  limit: LIMIT_DEFAULT,
};

/** A number of rows that the API would refuse is the nearest one that it takes. */
export function wholeQuery(query: Partial<LedgerQuery>): WholeQuery {
  const { about, metrics, groupBy, filters, grain, limit } = query;
  const rows = Number.isFinite(limit) ? Math.round(limit as number) : LIMIT_DEFAULT;
  return {
    about: about ?? NEW_QUERY.about,
    metrics: metrics ?? NEW_QUERY.metrics,
    groupBy: groupBy ?? [],
    filters: filters ?? [],
    grain: grain ?? NEW_QUERY.grain,
    limit: Math.min(Math.max(rows, 1), LIMIT_MAX),
  };
}
