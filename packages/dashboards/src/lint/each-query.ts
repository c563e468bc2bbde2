import { asking, type DashboardView, type PanelView, type TargetView } from './dashboard-view.ts';
import { type PromNode, parsePromql } from './promql.ts';

export interface PromqlQuery {
  readonly panel: PanelView;
  readonly target: TargetView;
  readonly query: PromNode;
}

/** Every PromQL query that can be read; those that cannot have a rule of their own. */
export function* eachQuery(dashboard: DashboardView): Generator<PromqlQuery> {
  for (const panel of asking(dashboard)) {
    for (const target of panel.targets) {
      const query = target.expr === undefined ? undefined : parsePromql(target.expr);
      if (query !== undefined) yield { panel, target, query };
    }
  }
}
