import { GEN_AI } from '@costspan/usage';
import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { TagCollector } from './dialect-tags.ts';
import { FactTable } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS, SYSTEM } from './gen-ai-names.ts';

const USER = 'gen_ai.request.user';
const ENVIRONMENT = 'gen_ai.environment';

const TABLE = new FactTable(
  {
    ...GEN_AI_FACTS,
    firstChunkSeconds: [...GEN_AI_FACTS.firstChunkSeconds, 'gen_ai.server.time_to_first_token'],
  },
  {
    ...GEN_AI_METERS,
    cache_read_tokens: [...GEN_AI_METERS.cache_read_tokens, 'gen_ai.usage.prompt_tokens_details.cache_read'],
    cache_write_tokens: [...GEN_AI_METERS.cache_write_tokens, 'gen_ai.usage.prompt_tokens_details.cache_write'],
    output_reasoning_tokens: [
      ...GEN_AI_METERS.output_reasoning_tokens,
      'gen_ai.usage.completion_tokens_details.reasoning',
    ],
    output_audio_tokens: [...GEN_AI_METERS.output_audio_tokens, 'gen_ai.usage.completion_tokens_details.audio'],
  },
);

/**
 * OpenLIT, both languages. Recorded with `openlit` 1.15.0: counts are what the provider said, so Anthropic's and Bedrock's
 * leave the cached tokens out. Its cost comes from a price list of its own, and is 0 for a model the list lacks: it is no
 * statement of the provider and is not read. Its counts of streams without usage are guesses, and cannot be told from others.
 */
export const openLit: Dialect = {
  name: 'openlit',
  convention: (_, provider) =>
    provider === 'anthropic' || provider === 'aws.bedrock' ? 'cache_excluded' : 'cache_included',
  attributes: [...TABLE.attributes, USER, ENVIRONMENT],
  prefixes: [],
  recognises: ({ scope, attributes }) =>
    (scope.name.startsWith('@openlit/') || scope.name.startsWith('openlit')) &&
    (attributes.has(GEN_AI.operationName) || attributes.has(GEN_AI.providerName) || attributes.has(SYSTEM)),
  read: (span) => {
    const tags = new TagCollector();
    tags.addAs('user', span.attributes.get(USER));
    tags.addAs('environment', span.attributes.get(ENVIRONMENT));
    return callFacts(span, TABLE.read(span), { reportedCost: 'none' }, tags);
  },
};
