import { asking, listOf, objectOf, type PanelView, textOf } from '../dashboard-view.ts';
import { labelsOf } from '../labels-of.ts';
import type { LintRule } from '../lint-rule.ts';
import { parsePromql } from '../promql.ts';

export const columnSurvives: LintRule = {
  name: 'column-survives',
  why: 'A column that no query yields is not there, and nobody is told.',
  *check(dashboard) {
    for (const panel of asking(dashboard).filter(({ type }) => type === 'table')) {
      const columns = columnsOf(panel);
      for (const { field } of renamed(panel)) {
        if (columns !== undefined && !columns.has(field))
          yield { panel, message: `no query yields the column ${field}` };
      }
      const titles = renamed(panel).map(({ title }) => title);
      const overrides = listOf(objectOf(panel.json['fieldConfig'])['overrides']).map(({ matcher }) =>
        objectOf(matcher),
      );
      for (const { id, options } of overrides) {
        if (id === 'byName' && !titles.includes(textOf(options))) {
          yield { panel, message: `an override is for the column "${textOf(options)}", which there is none of` };
        }
      }
    }
  },
};

function renamed(panel: PanelView): { readonly field: string; readonly title: string }[] {
  const organize = listOf(panel.json['transformations']).find(({ id }) => id === 'organize');
  const names = objectOf(objectOf(organize?.['options'])['renameByName']);
  return Object.entries(names).map(([field, title]) => ({ field, title: textOf(title) }));
}

/** What the queries of a table yield; `undefined` when one of them may yield anything. */
function columnsOf({ targets }: PanelView): ReadonlySet<string> | undefined {
  const columns = new Set(['Time']);
  for (const { expr, refId, json } of targets) {
    if (expr === undefined) {
      if (json['about'] !== 'usage') return undefined;
      for (const list of [json['groupBy'], json['metrics']]) {
        for (const name of Array.isArray(list) ? list : []) columns.add(String(name));
      }
      continue;
    }
    const query = parsePromql(expr);
    const result = query === undefined ? undefined : labelsOf(query);
    if (result === undefined || result.isOpen) return undefined;
    for (const label of result.labels) columns.add(label);
    columns.add(targets.length === 1 ? 'Value' : `Value #${refId}`);
  }
  return columns;
}
