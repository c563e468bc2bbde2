import { asking, textOf } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const panelHasADescription: LintRule = {
  name: 'panel-has-a-description',
  why: 'A figure that is not explained is read wrongly.',
  *check(dashboard) {
    for (const panel of asking(dashboard)) {
      if (!/[.?!]$/.test(textOf(panel.json['description']).trim())) {
        yield { panel, message: 'its description is no sentence' };
      }
    }
  },
};
