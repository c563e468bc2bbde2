import type { Meters } from '../meters.ts';
import { addMeters, definedMeters } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import { isObject, type JsonObject, objectsOf } from './json-object.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { contextOf } from './openai-context.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Groq chat. OpenAI's words; a stream's last chunk keeps the usage in `x_groq`. A compound system has no price of its own: its
 * answer says which models worked how much, and each is billed at its price. Then `usage` is their sum and is not billed again.
 * Source: Groq API reference, ChatCompletion and ChatCompletionChunk (`usage_breakdown`), read 2026-11-23; recorded responses.
 */
export const groqChat: UsageSource = {
  name: 'groq.chat',
  providers: ['groq'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  locate: ({ usage, x_groq: groq }) => (isObject(usage) ? usage : isObject(groq) ? groq['usage'] : undefined),
  matches: isChatUsage,
  extract: (answer, usage, read) => {
    const context = contextOf(answer, usage);
    const [first, ...rest] = breakdown(answer, read);
    if (first === undefined) return { meters: definedMeters(chatCounts(usage, read)), context };
    return {
      model: first[0],
      meters: first[1],
      context,
      subUsages: rest.map(([model, meters]) => ({ model, meters })),
    };
  },
};

/** What each model of a compound system counted, in the order in which they first worked. */
function breakdown(answer: JsonObject, read: CountReader): (readonly [model: string, meters: Meters])[] {
  const groq = answer['x_groq'];
  const stated = answer['usage_breakdown'] ?? (isObject(groq) ? groq['usage_breakdown'] : undefined);
  const byModel = new Map<string, Meters>();
  for (const { model, usage } of objectsOf(isObject(stated) ? stated['models'] : undefined)) {
    if (typeof model !== 'string' || !isObject(usage)) continue;
    byModel.set(model, addMeters(byModel.get(model) ?? {}, definedMeters(chatCounts(usage, read))));
  }
  return [...byModel];
}
