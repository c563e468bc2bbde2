import { objectOf, textOf } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const timeIsRelative: LintRule = {
  name: 'time-is-relative',
  why: 'A fixed time shows nothing a month later.',
  *check({ json }) {
    const { from, to } = objectOf(json['time']);
    if (!textOf(from).startsWith('now-') || !textOf(to).startsWith('now')) {
      yield { message: `time ${String(from)} to ${String(to)} must be relative to now` };
    }
  },
};
