import { GEN_AI } from '@costspan/usage';
import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { FactTable } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS, SYSTEM } from './gen-ai-names.ts';

const TABLE = new FactTable(GEN_AI_FACTS, GEN_AI_METERS);

/**
 * The GenAI semantic conventions from v1.27 on, as any instrumentation writes them. The content that early versions put on
 * attributes (`gen_ai.prompt.0.content`, …) is not read.
 */
export const otelGenAi: Dialect = {
  name: 'otel-genai',
  convention: 'cache_included',
  attributes: TABLE.attributes,
  prefixes: [],
  recognises: ({ attributes }) =>
    attributes.has(GEN_AI.operationName) ||
    attributes.has(GEN_AI.providerName) ||
    attributes.has(SYSTEM) ||
    attributes.has(GEN_AI.usageInputTokens) ||
    attributes.has(GEN_AI.usageOutputTokens) ||
    attributes.has('gen_ai.usage.prompt_tokens'),
  read: (span) => callFacts(span, TABLE.read(span)),
};
