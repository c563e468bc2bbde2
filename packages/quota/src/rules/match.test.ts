import { describe, expect, test } from 'vitest';
import { compileCondition, type QuotaCall } from './match.ts';
import { parseRules } from './read-rules.ts';

const BITS = [0, 1];
const table = BITS.flatMap((subject) =>
  BITS.flatMap((model) =>
    BITS.flatMap((environment) =>
      BITS.flatMap((region) => BITS.map((excluded) => ({ subject, model, environment, region, excluded }))),
    ),
  ),
);

describe('subject, model and metadata must all hold, and nothing of not', () => {
  const [rule] = parseRules(
    `format: costspan.quota/1
rules:
  - id: r
    when:
      subjects: ["team:backend", "user:bob@example.com"]
      models: ["openai/gpt-4o"]
      metadata: { environment: production, region: [eu, us] }
      not: { metadata: { feature_name: batch } }
    limits: [{ requests: 1, per: day }]`,
    'table',
  ).rules;
  const matches = compileCondition(rule!.when);
  expect(table).toHaveLength(32);

  test.each(table)('$subject $model $environment $region $excluded', (row) => {
    const call: QuotaCall = {
      provider: 'openai',
      model: row.model ? 'gpt-4o' : 'gpt-4o-mini',
      tags: {
        team: row.subject ? 'backend' : 'frontend',
        environment: row.environment ? 'production' : 'staging',
        region: row.region ? 'us' : 'asia',
        feature_name: row.excluded ? 'batch' : 'chat',
      },
    };
    const expected = row.subject + row.model + row.environment + row.region === 4 && row.excluded === 0;
    expect(matches(call)).toBe(expected);
  });
});

test.each<[when: string, call: Partial<QuotaCall>, expected: boolean]>([
  ['{}', {}, true],
  ['{ subjects: ["*"] }', {}, true],
  ['{ subjects: ["user:bob@example.com", "team:backend"] }', { tags: { user: 'bob@example.com' } }, true],
  ['{ subjects: ["team:*"] }', { tags: { team: 'any' } }, true],
  ['{ subjects: ["team:*"] }', { tags: {} }, false],
  ['{ subjects: ["virtualaccount:va-james"] }', { tags: { virtual_account: 'va-james' } }, true],
  ['{ subjects: ["virtual-account:va-james"] }', { tags: { virtual_account: 'va-jame' } }, false],
  ['{ models: ["openai/gpt-4o*"] }', { model: 'gpt-4o-mini' }, true],
  ['{ models: ["gpt-4o*"] }', { model: 'gpt-4' }, false],
  ['{ providers: ["anthropic"] }', {}, false],
  ['{ not: { models: ["gpt-4o"] } }', {}, false],
  ['{ metadata: { a: "1" } }', { tags: { a: '10' } }, false],
])('%s and %j: %s', (when, call, expected) => {
  const text = `format: costspan.quota/1\nrules: [{ id: r, when: ${when}, limits: [{ requests: 1, per: day }] }]`;
  const [rule] = parseRules(text, 'when').rules;
  expect(compileCondition(rule!.when)({ provider: 'openai', model: 'gpt-4o', tags: {}, ...call })).toBe(expected);
});
