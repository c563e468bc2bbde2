import { listOf } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const linksKeepTheChoice: LintRule = {
  name: 'links-keep-the-choice',
  why: 'Whoever follows a link looks at the same time and the same customer.',
  *check({ json }) {
    for (const link of listOf(json['links'])) {
      if (link['keepTime'] !== true || link['includeVars'] !== true) {
        yield { message: `the link "${String(link['title'])}" must have keepTime and includeVars` };
      }
    }
  },
};
