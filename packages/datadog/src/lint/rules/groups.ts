import { isJsonObject, type LintFinding, objectsOf } from '../finding.ts';
import type { LintRule } from '../rule.ts';

/** A group holds widgets and no groups, and is not empty. */
export const groups: LintRule = {
  name: 'groups',
  about: 'dashboard',
  check: (dashboard) =>
    objectsOf(dashboard['widgets']).flatMap(({ definition }, index): LintFinding[] => {
      if (!isJsonObject(definition) || definition['type'] !== 'group') return [];
      const at = `widgets[${index}].definition.widgets`;
      const inner = objectsOf(definition['widgets']);
      if (inner.length === 0) return [{ at, code: 'GROUP_EMPTY', message: 'a group holds widgets' }];
      return inner.flatMap((widget, inside) =>
        isJsonObject(widget['definition']) && widget['definition']['type'] === 'group'
          ? [{ at: `${at}[${inside}]`, code: 'GROUP_NESTED', message: 'a group holds no groups' }]
          : [],
      );
    }),
};
