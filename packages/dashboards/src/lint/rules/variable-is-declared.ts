import { asking, textOf } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const variableIsDeclared: LintRule = {
  name: 'variable-is-declared',
  why: 'Grafana leaves a variable that it does not know as it is written, and the query finds nothing.',
  *check(dashboard) {
    const names = dashboard.variables.map(({ name }) => name);
    for (const panel of asking(dashboard)) {
      for (const target of panel.targets) {
        const text = target.expr ?? JSON.stringify(target.json);
        for (const [, plain, braced] of text.matchAll(/\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)/g)) {
          const name = textOf(plain) || textOf(braced);
          if (!names.includes(name) && !name.startsWith('__'))
            yield { panel, target, message: `there is no variable ${name}` };
        }
      }
    }
  },
};
