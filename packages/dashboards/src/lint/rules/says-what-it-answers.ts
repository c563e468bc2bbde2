import { textOf } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const saysWhatItAnswers: LintRule = {
  name: 'says-what-it-answers',
  why: 'A dashboard is found by its title, question and tags.',
  *check({ json }) {
    if (textOf(json['title']) === '') yield { message: 'it has no title' };
    if (!textOf(json['description']).includes('?')) yield { message: 'its description asks no question' };
    if (!Array.isArray(json['tags']) || json['tags'].length === 0) yield { message: 'it has no tags' };
  },
};
