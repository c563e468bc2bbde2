import { HANDBOOK } from '../../company/handbook.ts';
import { type Feature, required } from '../feature.ts';
import { CHAT_QUESTIONS } from '../questions.ts';

/** The assistant: a streamed conversation. Some people leave while the answer is still being written. */
export const chat: Feature = {
  name: 'chat',
  provider: 'openai',
  async serve({ customer, user, providers, conversations, budget, random, signal }) {
    if (!budget.take()) return 'cancelled';
    const openai = required(providers.openai, 'chat');
    const conversation = conversations.next(`chat/${customer.id}`, user, random);
    const question = random.pick(CHAT_QUESTIONS);
    const patienceChunks = random.chance(LEAVE_PROBABILITY) ? random.integer(3, 20) : Number.POSITIVE_INFINITY;

    const stream = await openai.chat.completions.create(
      {
        model: providers.models.chat[customer.plan],
        messages: [
          { role: 'system', content: `You are the assistant of Lumen, a knowledge base for teams.\n\n${HANDBOOK}` },
          ...conversation.turns,
          { role: 'user', content: question },
        ],
        max_completion_tokens: 700,
        stream: true,
      },
      { signal },
    );
    let answer = '';
    let chunks = 0;
    for await (const chunk of stream) {
      answer += chunk.choices[0]?.delta.content ?? '';
      chunks += 1;
      if (chunks > patienceChunks) return 'cancelled';
    }
    conversation.add(question, answer);
    return 'answered';
  },
};

const LEAVE_PROBABILITY = 0.03;
