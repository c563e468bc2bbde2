import type { LintRule } from '../lint-rule.ts';

export const idsAreUnique: LintRule = {
  name: 'ids-are-unique',
  why: 'Links, alerts and transformations find panels by id and queries by letter.',
  *check({ panels }) {
    const seen = new Set<number>();
    for (const panel of panels) {
      if (!Number.isSafeInteger(panel.id) || seen.has(panel.id))
        yield { panel, message: `id ${panel.id} is no id of its own` };
      seen.add(panel.id);
      const letters = panel.targets.map(({ refId }) => refId);
      if (new Set(letters).size < letters.length || letters.includes('')) {
        yield { panel, message: `its queries ${letters.join(', ')} must have letters of their own` };
      }
    }
  },
};
