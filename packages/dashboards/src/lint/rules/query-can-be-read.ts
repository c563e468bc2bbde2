import { asking } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';
import { parsePromql } from '../promql.ts';

export const queryCanBeRead: LintRule = {
  name: 'query-can-be-read',
  why: 'A query that Prometheus cannot read is an error in the panel.',
  *check(dashboard) {
    for (const panel of asking(dashboard)) {
      for (const target of panel.targets) {
        if (target.expr !== undefined && target.expr.trim() !== '' && parsePromql(target.expr) === undefined) {
          yield { panel, target, message: `it is no PromQL: ${target.expr}` };
        }
      }
    }
  },
};
