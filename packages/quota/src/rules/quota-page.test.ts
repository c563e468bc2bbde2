import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPlans } from '../plans/plan-file.ts';
import { readRules } from './read-rules.ts';

test('the files printed in docs/quota.md load', () => {
  const page = readFileSync(new URL('../../../../docs/quota.md', import.meta.url), 'utf8');
  const [rules = '', plans = '', ...others] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]);
  expect(others).toEqual([]);
  expect([readRules(rules).findings, readPlans(plans).findings]).toEqual([[], []]);
});
