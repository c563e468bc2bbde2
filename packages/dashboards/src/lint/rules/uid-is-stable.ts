import type { LintRule } from '../lint-rule.ts';

export const uidIsStable: LintRule = {
  name: 'uid-is-stable',
  why: 'Links and provisioning find a dashboard by its uid.',
  *check({ uid }, among) {
    if (!/^[a-z0-9-]{1,40}$/.test(uid)) {
      yield { message: `uid "${uid}" must be 1 to 40 lower-case letters, digits and hyphens` };
    } else if (among.filter((other) => other.uid === uid).length > 1) {
      yield { message: `uid "${uid}" is that of another file too` };
    }
  },
};
