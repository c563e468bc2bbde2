import { asking, type DashboardView, objectOf, textOf } from '../dashboard-view.ts';
import type { LintRule, Mistake } from '../lint-rule.ts';

export const sourceIsAVariable: LintRule = {
  name: 'source-is-a-variable',
  why: 'The uid of a data source belongs to one Grafana.',
  *check(dashboard) {
    const sources = dashboard.variables.filter(({ type }) => type === 'datasource').map(({ name }) => name);
    if (sources.length === 0) yield { message: 'it has no variable of the type datasource' };
    for (const { source, ...where } of references(dashboard)) {
      const uid = typeof source === 'string' ? source : textOf(objectOf(source)['uid']);
      const name = /^\$\{?(\w+)\}?$/.exec(uid)?.[1];
      if (name === undefined || !sources.includes(name)) {
        yield { ...where, message: `its data source is "${uid}"; use the data source variable` };
      }
    }
  },
};

function* references(dashboard: DashboardView): Generator<Omit<Mistake, 'message'> & { readonly source: unknown }> {
  for (const { type, json } of dashboard.variables) if (type === 'query') yield { source: json['datasource'] };
  for (const panel of asking(dashboard)) {
    yield { panel, source: panel.json['datasource'] };
    for (const target of panel.targets) {
      if (target.json['datasource'] !== undefined) yield { panel, target, source: target.json['datasource'] };
    }
  }
}
