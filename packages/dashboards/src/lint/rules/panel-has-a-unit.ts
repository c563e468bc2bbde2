import { asking, objectOf, textOf } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const panelHasAUnit: LintRule = {
  name: 'panel-has-a-unit',
  why: 'A number without a unit may be dollars, seconds or per cent.',
  *check(dashboard) {
    for (const panel of asking(dashboard)) {
      const { unit } = objectOf(objectOf(panel.json['fieldConfig'])['defaults']);
      if (textOf(unit) === '' || unit === 'none') yield { panel, message: 'it states no unit; "short" is one too' };
    }
  },
};
