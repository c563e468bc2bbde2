import type { LintRule } from '../lint-rule.ts';

export const variableIsUsed: LintRule = {
  name: 'variable-is-used',
  why: 'A choice that changes nothing is a lie.',
  *check({ variables, panels }) {
    for (const { name, type } of variables) {
      const mentions = new RegExp(`\\$${name}\\b|\\$\\{${name}[}:]`);
      const texts = [
        ...panels.map(({ json }) => JSON.stringify(json)),
        ...variables.filter((other) => other.name !== name).map(({ json }) => JSON.stringify(json)),
      ];
      if (!texts.some((text) => mentions.test(text))) yield { message: `nothing uses the variable ${name} (${type})` };
    }
  },
};
