import { expect, test } from 'vitest';
import { urgentBudget } from './urgent-budget.ts';

const budget = (id: string, state: string, used_ratio: number | null, mode = 'enforce') => ({
  id,
  state,
  used_ratio,
  mode,
});

test.each([
  [
    'a budget that refuses before one that only watches',
    [budget('a', 'exhausted', 2, 'audit'), budget('b', 'ok', 0.1)],
    'b',
  ],
  ['a state before a share', [budget('a', 'ok', 0.9), budget('b', 'at_risk', 0.2)], 'b'],
  ['the fuller of two that stand alike', [budget('a', 'ok', 0.2), budget('b', 'ok', 0.4)], 'b'],
  ['a limit of nothing before one with room', [budget('a', 'ok', 0.4), budget('b', 'ok', null)], 'b'],
] as const)('%s is shown for a customer', (_, budgets, first) => {
  expect(urgentBudget(budgets)?.id).toBe(first);
});

test('who has no budget has none to show', () => {
  expect(urgentBudget([])).toBeUndefined();
});
