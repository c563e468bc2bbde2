import type { LintRule } from '../lint-rule.ts';

export const hasNoDatabaseId: LintRule = {
  name: 'has-no-database-id',
  why: 'An id belongs to one Grafana; imported elsewhere it overwrites something else.',
  *check({ json }) {
    if (json['id'] !== null) yield { message: 'id must be null' };
    if (json['__inputs'] !== undefined) yield { message: '__inputs belong to an export; use a data source variable' };
  },
};
