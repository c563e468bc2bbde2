import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { createBudget } from './budget.ts';
import { createConversations } from './conversations.ts';

test('most questions continue a conversation, and none grows for ever', () => {
  const conversations = createConversations();
  const random = createRandom('conversations');
  let continued = 0;
  let longest = 0;
  for (let index = 0; index < 400; index++) {
    const conversation = conversations.next('acme', 'acme-u1', random);
    if (conversation.turns.length > 0) continued += 1;
    conversation.add('question', 'answer');
    longest = Math.max(longest, conversation.turns.length);
  }
  expect(continued).toBeGreaterThan(200);
  expect(longest).toBe(12);
});

test('customers never see the conversations of others', () => {
  const conversations = createConversations();
  const random = createRandom('conversations');
  for (let index = 0; index < 50; index++) conversations.next('acme', 'acme-u1', random).add('secret', 'answer');
  for (let index = 0; index < 50; index++) {
    expect(conversations.next(`halcyon-${index}`, 'halcyon-u1', random).turns).toEqual([]);
  }
});

test('a budget gives out exactly what it has', () => {
  const budget = createBudget(2);
  expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  expect(budget).toMatchObject({ taken: 2, spent: true });
});
