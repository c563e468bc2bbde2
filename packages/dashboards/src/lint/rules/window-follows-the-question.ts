import { eachQuery } from '../each-query.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, operationOf, windowOf } from '../promql.ts';

export const windowFollowsTheQuestion: LintRule = {
  name: 'window-follows-the-question',
  why: 'A fixed window of a rate skips samples when zoomed out and is empty when zoomed in; a total is of the chosen time.',
  *check(dashboard) {
    for (const { panel, target, query } of eachQuery(dashboard)) {
      const isInstant = target.json['instant'] === true;
      for (const call of all(query, 'FunctionCall')) {
        const operation = operationOf(call);
        const matrix = call.children.flatMap((body) => body.children).find(({ name }) => /Matrix|Offset/.test(name));
        if (matrix === undefined) continue;
        const window = windowOf(all(matrix, 'MatrixSelector')[0] ?? matrix);
        const message = mistake(operation, window, isInstant);
        if (message !== undefined) yield { panel, target, message };
      }
    }
  },
};

function mistake(operation: string, window: string, isInstant: boolean): string | undefined {
  if (window === '$__interval') return `${operation}[$__interval] may hold one sample only: use $__rate_interval`;
  if (operation === 'irate') return 'irate shows two samples of a whole interval: use rate';
  if (isInstant) {
    return window === '$__range' ? undefined : `${operation}[${window}] is not of the chosen time: use $__range`;
  }
  if (operation === 'rate' && window !== '$__rate_interval') return `rate[${window}]: use $__rate_interval`;
  if (window === '$__range') return `${operation}[$__range] at every point of a graph: use rate[$__rate_interval]`;
  if (operation === 'increase' && window === '$__rate_interval') {
    return 'increase[$__rate_interval] changes with the zoom: use rate, or a window that the title names';
  }
  return undefined;
}
