import { asking } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const panelAsksSomething: LintRule = {
  name: 'panel-asks-something',
  why: 'A panel without a query shows nothing for ever.',
  *check(dashboard) {
    for (const panel of asking(dashboard)) {
      if (panel.targets.length === 0) yield { panel, message: 'it has no query' };
      for (const target of panel.targets) {
        if (target.expr?.trim() === '') yield { panel, target, message: 'it is empty' };
        if (target.json['hide'] === true) yield { panel, target, message: 'it is hidden: remove it' };
      }
    }
  },
};
