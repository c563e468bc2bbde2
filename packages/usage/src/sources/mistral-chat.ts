import { definedMeters, sumCounts } from './add-meters.ts';
import { isObject, type JsonObject, snakeKeys } from './json-object.ts';
import { chatCounts } from './openai-chat-counts.ts';
import { contextOf } from './openai-context.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Mistral chat, fill-in-the-middle, agents, conversations and transcription. OpenAI's words, and: cached tokens in
 * `num_cached_tokens`, audio in seconds, and in conversations what connectors fed to the model, which stands beside the
 * prompt. The SDK renames all of it to camel case.
 * Source: Mistral API reference, UsageInfo and ConversationUsageInfo, read 2026-11-23; recorded responses.
 */
export const mistralChat: UsageSource = {
  name: 'mistral.chat',
  providers: ['mistral_ai'],
  apis: ['chat', 'completions', 'fim', 'agents', 'conversations', 'audio', 'transcription'],
  convention: 'cache_included',
  locate: (answer) => snakeKeys(answer['usage']),
  matches: (usage) => 'prompt_tokens' in usage && 'completion_tokens' in usage,
  extract: (answer, usage, read) => {
    const connectors = read.count(usage, 'connector_tokens');
    // The total of a conversation holds the connectors' tokens; chat counts have no word for them.
    const counts = chatCounts(connectors === undefined ? usage : withoutTotal(usage), read);
    const input = sumCounts(counts.input_tokens, connectors);
    if (connectors !== undefined) {
      read.reconcile('total_tokens', read.count(usage, 'total_tokens'), sumCounts(input, counts.output_tokens));
    }
    return {
      meters: definedMeters({
        ...counts,
        input_tokens: input,
        input_tool_tokens: connectors,
        cache_read_tokens: counts.cache_read_tokens ?? read.count(usage, 'num_cached_tokens'),
        seconds: isObject(usage['prompt_audio_seconds']) ? undefined : read.seconds(usage, 'prompt_audio_seconds'),
        web_searches: sumCounts(
          read.count(usage, 'connectors', 'web_search'),
          read.count(usage, 'connectors', 'web_search_premium'),
        ),
        code_executions: read.count(usage, 'connectors', 'code_interpreter'),
        images: read.count(usage, 'connectors', 'image_generation'),
      }),
      context: contextOf(answer, usage),
    };
  },
};

function withoutTotal({ total_tokens: _total, ...usage }: JsonObject): JsonObject {
  return usage;
}
