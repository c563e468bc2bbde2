import { expect, test } from 'vitest';
import { lintRules } from './lint-rules.ts';
import { parseRules } from './read-rules.ts';

const NOW = 1_764_000_000_000;
const lint = (rules: string, head = '') =>
  lintRules(parseRules(`format: costspan.quota/1\n${head}\nrules:\n${rules}`, 'lint'), NOW).map(({ ruleId, code }) => [
    ruleId,
    code,
  ]);
const DAY = 'limits: [{ requests: 1, per: day }]';

test.each<[name: string, rules: string, head: string, expected: string[][]]>([
  [
    'rules that one call can match',
    `  - { id: a, when: { metadata: { team: x } }, ${DAY} }\n  - { id: b, ${DAY} }`,
    '',
    [['b', 'EVALUATION_DIFFERS']],
  ],
  [
    'rules that no call can match both',
    `  - { id: a, when: { metadata: { team: x } }, ${DAY} }\n  - { id: b, when: { subjects: ["team:y"] }, ${DAY} }`,
    '',
    [],
  ],
  [
    'a beginning and an end that never meet',
    `  - { id: a, when: { providers: ["open*"] }, ${DAY} }\n  - { id: b, when: { providers: [anthropic] }, ${DAY} }`,
    '',
    [],
  ],
  [
    'a rule behind one for all',
    `  - { id: a, ${DAY} }\n  - { id: b, when: { models: [gpt-4o] }, ${DAY} }`,
    'evaluation: first',
    [['b', 'RULE_UNREACHABLE']],
  ],
  [
    'a rule behind one for its own kind',
    `  - { id: a, when: { models: ["gpt*"] }, ${DAY} }\n  - { id: b, when: { models: [gpt-4o], metadata: { a: b } }, ${DAY} }`,
    'evaluation: first',
    [['b', 'RULE_UNREACHABLE']],
  ],
  [
    'a rule before one for all',
    `  - { id: b, when: { models: [gpt-4o] }, ${DAY} }\n  - { id: a, ${DAY} }`,
    'evaluation: first',
    [['a', 'EVALUATION_DIFFERS']],
  ],
  [
    'ids that differ by a dash',
    `  - { id: team-day, when: { metadata: { team: x } }, ${DAY} }\n  - { id: team_day, when: { metadata: { team: y } }, ${DAY} }`,
    '',
    [['team_day', 'IDS_ALIKE']],
  ],
  [
    'a month that the days cannot reach',
    '  - { id: a, limits: [{ tokens: 10, per: day }, { tokens: 1000, per: month }] }',
    '',
    [['a', 'LIMIT_NEVER_BINDS']],
  ],
  [
    'a month that the days can reach',
    '  - { id: a, limits: [{ tokens: 10, per: day }, { tokens: 300, per: month }] }',
    '',
    [],
  ],
  [
    'days that warn do not keep a month from binding',
    '  - { id: a, on_exceed: warn, limits: [{ tokens: 10, per: day }, { tokens: 1000, per: month }] }',
    '',
    [],
  ],
  ['thresholds that fall', `  - { id: a, ${DAY}, alerts: { thresholds: [90, 75] } }`, '', [['a', 'THRESHOLDS_ORDER']]],
  [
    'a cost limit that lets unpriced calls pass',
    '  - { id: a, limits: [{ cost: 1, per: day }] }',
    '',
    [['a', 'UNPRICED_FREE']],
  ],
  ['a cost limit that blocks them', '  - { id: a, unpriced: block, limits: [{ cost: 1, per: day }] }', '', []],
  ['a trial that is over', `  - { id: a, trial_ends: "2025-01-01", ${DAY} }`, '', [['a', 'TRIAL_OVER']]],
  [
    'a lease longer than its window',
    '  - { id: a, limits: [{ requests: 1, per: minute, window: calendar }] }',
    '',
    [['a', 'LEASE_LONG']],
  ],
])('%s', (_, rules, head, expected) => {
  expect(lint(rules, head)).toEqual(expected);
});

test('a looser limit behind a tighter one for the same buckets never binds', () => {
  const found = lintRules(
    parseRules(
      `format: costspan.quota/1
rules:
  - { id: tight, applies_per: [user], ${DAY} }
  - { id: loose, applies_per: [user], when: { models: [gpt-4o] }, limits: [{ requests: 5, per: day }] }
  - { id: other, applies_per: [team], when: { models: [gpt-4o] }, limits: [{ requests: 5, per: day }] }`,
      'lint',
    ),
    NOW,
  );
  expect(found.filter(({ code }) => code === 'LIMIT_NEVER_BINDS')).toEqual([
    expect.objectContaining({
      ruleId: 'loose',
      line: 4,
      message: expect.stringContaining('requests/day of "tight" is always reached first'),
    }),
  ]);
});
