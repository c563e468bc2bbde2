import { asking, listOf, objectOf } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const panelHasThresholds: LintRule = {
  name: 'panel-has-thresholds',
  why: 'Without thresholds of its own Grafana draws everything above 80 in red, a cost of 133 dollars too.',
  *check(dashboard) {
    for (const panel of asking(dashboard)) {
      const { thresholds } = objectOf(objectOf(panel.json['fieldConfig'])['defaults']);
      if (listOf(objectOf(thresholds)['steps']).length === 0) {
        yield { panel, message: 'it states no thresholds; one step without a value is enough' };
      }
    }
  },
};
