import type Anthropic from '@anthropic-ai/sdk';
import { HANDBOOK } from '../../company/handbook.ts';
import { type Feature, required } from '../feature.ts';
import { SUPPORT_QUESTIONS } from '../questions.ts';

/**
 * The support bot. The handbook stays in the provider's cache for an hour, the conversation so far for five minutes: each
 * turn reads what the one before has written.
 */
export const support: Feature = {
  name: 'support',
  provider: 'anthropic',
  async serve({ customer, user, providers, conversations, budget, random, signal }) {
    if (!budget.take()) return 'cancelled';
    const anthropic = required(providers.anthropic, 'support');
    const conversation = conversations.next(`support/${customer.id}`, user, random);
    const question = random.pick(SUPPORT_QUESTIONS);
    const request: Anthropic.MessageCreateParamsNonStreaming = {
      model: providers.models.support[customer.plan],
      max_tokens: 800,
      system: [
        { type: 'text', text: 'You are the support bot of Lumen. Be brief and name the article you used.' },
        { type: 'text', text: HANDBOOK, cache_control: { type: 'ephemeral', ttl: '1h' } },
      ],
      messages: [
        ...conversation.turns,
        { role: 'user', content: [{ type: 'text', text: question, cache_control: { type: 'ephemeral' } }] },
      ],
    };
    const message = random.chance(STREAM_PROBABILITY)
      ? await anthropic.messages.stream(request, { signal }).finalMessage()
      : await anthropic.messages.create(request, { signal });
    const answer = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    conversation.add(question, answer);
    return 'answered';
  },
};

const STREAM_PROBABILITY = 0.5;
