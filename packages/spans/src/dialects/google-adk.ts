import { GEN_AI } from '@costspan/usage';
import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { FactTable } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS, SYSTEM } from './gen-ai-names.ts';

const SCOPE = 'gcp.vertex.agent';
const OLD_REASONING = 'gen_ai.usage.experimental.reasoning_tokens';

const TABLE = new FactTable(
  { ...GEN_AI_FACTS, conversationId: [...GEN_AI_FACTS.conversationId, 'gcp.vertex.agent.session_id'] },
  { ...GEN_AI_METERS, output_reasoning_tokens: [...GEN_AI_METERS.output_reasoning_tokens, OLD_REASONING] },
);

/**
 * Google's Agent Development Kit. Its `call_llm` span has no operation and its system is the kit: it is the call, by the
 * model's provider, unless a `generate_content` span below it is. Read in its repository: until 2.3 the output count was
 * Gemini's candidates and the thoughts stood beside it under an experimental name; since then it holds them.
 */
export const googleAdk: Dialect = {
  name: 'google-adk',
  convention: 'cache_included',
  attributes: TABLE.attributes,
  prefixes: [],
  recognises: ({ scope, attributes }) =>
    scope.name === SCOPE && (attributes.has(GEN_AI.operationName) || attributes.has(SYSTEM)),
  read: (span) => {
    const found = TABLE.read(span);
    if (span.attributes.has(OLD_REASONING)) addThoughts(found.meters);
    const facts = callFacts(span, found);
    const isModelCall = found.operation === undefined && found.requestModel !== undefined;
    return isModelCall ? { ...facts, kind: 'call', operation: 'generate_content' } : facts;
  },
};

function addThoughts(meters: { output_tokens?: number; output_reasoning_tokens?: number }): void {
  const { output_tokens: output, output_reasoning_tokens: thoughts } = meters;
  if (output !== undefined && thoughts !== undefined) meters.output_tokens = output + thoughts;
}
