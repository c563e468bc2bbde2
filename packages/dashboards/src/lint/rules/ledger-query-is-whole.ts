import { asking } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

const GRAINS = new Set(['none', 'auto', 'hour', 'day', 'month']);
const LIMIT_MAX = 1000;

export const ledgerQueryIsWhole: LintRule = {
  name: 'ledger-query-is-whole',
  why: 'The ledger refuses a question without a metric, and a graph needs buckets of time.',
  *check(dashboard) {
    for (const panel of asking(dashboard)) {
      for (const target of panel.targets.filter(({ json }) => json['about'] === 'usage')) {
        const { metrics, grain, limit } = target.json;
        if (!Array.isArray(metrics) || metrics.length === 0) yield { panel, target, message: 'it asks for no metric' };
        if (!GRAINS.has(String(grain))) yield { panel, target, message: `"${String(grain)}" is no grain` };
        if ((panel.type === 'timeseries') === (grain === 'none')) {
          yield {
            panel,
            target,
            message: panel.type === 'timeseries' ? 'a graph needs a grain' : 'a total has the grain none',
          };
        }
        if (typeof limit !== 'number' || limit < 1 || limit > LIMIT_MAX) {
          yield { panel, target, message: `limit must be from 1 to ${LIMIT_MAX}` };
        }
      }
    }
  },
};
