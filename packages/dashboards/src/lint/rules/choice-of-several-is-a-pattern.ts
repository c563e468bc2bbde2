import { eachQuery } from '../each-query.ts';
import type { LintRule } from '../lint-rule.ts';
import { all, matchersOf, seriesOf } from '../promql.ts';

export const choiceOfSeveralIsAPattern: LintRule = {
  name: 'choice-of-several-is-a-pattern',
  why: 'Several values, and All, are a pattern: = finds none of them.',
  *check(dashboard) {
    const several = dashboard.variables.filter(({ json }) => json['multi'] === true || json['includeAll'] === true);
    for (const { panel, target, query } of eachQuery(dashboard)) {
      for (const selector of all(query, 'VectorSelector')) {
        for (const { label, op, value } of matchersOf(selector)) {
          const chosen = several.find(({ name }) => value.includes(`$${name}`) || value.includes(`\${${name}`));
          if (chosen !== undefined && !op.endsWith('~')) {
            yield { panel, target, message: `${seriesOf(selector)}{${label}${op}"${value}"}: use =~` };
          }
        }
      }
    }
    for (const { name, query, json } of several) {
      if (
        query.includes('label_values') &&
        !ofScrapes(query) &&
        json['includeAll'] === true &&
        json['allValue'] !== '.*'
      ) {
        yield { message: `All of ${name} lists every value: allValue ".*"` };
      }
    }
  },
};

/** Jobs and instances are few, and `.*` would take in those of others. */
function ofScrapes(query: string): boolean {
  return /,\s*(job|instance)\)/.test(query);
}
