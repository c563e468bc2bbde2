import type { LintRule } from '../lint-rule.ts';

export const panelHasATitle: LintRule = {
  name: 'panel-has-a-title',
  why: 'A panel without a title cannot be talked about.',
  *check({ panels }) {
    for (const panel of panels) {
      if (panel.type !== 'text' && panel.title.trim() === '')
        yield { panel, message: `panel ${panel.id} has no title` };
    }
  },
};
