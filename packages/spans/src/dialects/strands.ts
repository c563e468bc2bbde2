import { GEN_AI } from '@costspan/usage';
import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { FactTable } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS } from './gen-ai-names.ts';

const SCOPE = 'strands.telemetry.tracer';

const TABLE = new FactTable({ ...GEN_AI_FACTS, firstChunkMs: ['gen_ai.server.time_to_first_token'] }, GEN_AI_METERS);

/**
 * Strands Agents, which Bedrock AgentCore runs. Read in the source of its Python SDK: the system is the framework, so the
 * model's name tells the provider; counts are what the provider said, which for Bedrock and Anthropic leaves the cached
 * tokens out; the time to the first token is in milliseconds. Agent spans repeat the sum of their calls.
 */
export const strands: Dialect = {
  name: 'strands',
  convention: (_, provider) =>
    provider === 'anthropic' || provider === 'aws.bedrock' ? 'cache_excluded' : 'cache_included',
  attributes: TABLE.attributes,
  prefixes: [],
  recognises: ({ scope, attributes }) => scope.name === SCOPE && attributes.has(GEN_AI.operationName),
  read: (span) => callFacts(span, TABLE.read(span)),
};
