import { GEN_AI } from '@costspan/usage';
import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { FactTable } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS } from './gen-ai-names.ts';

const WRITTEN_BY_TRACER = '_dd.llmobs.artificial_gen_ai_tags';

const TABLE = new FactTable(
  {
    ...GEN_AI_FACTS,
    requestModel: ['openai.request.model', 'anthropic.request.model'],
    // An application may set the convention's name itself; dd-trace writes the answer's model into the request's.
    responseModel: [GEN_AI.responseModel, 'openai.response.model', GEN_AI.requestModel],
    responseId: ['openai.response.id', GEN_AI.responseId],
  },
  GEN_AI_METERS,
);

/** What dd-trace writes for a model it could not tell. */
const NO_MODEL = 'custom';

/**
 * Spans of Datadog's tracers, sent as OTLP. Recorded with `dd-trace` 5.132.0: the operation is the kind of span (`llm`,
 * `embedding`, `workflow`, …), the input count holds the cached tokens for every provider, and a host it does not know
 * makes the provider `unknown`; then the model's name tells.
 */
export const ddTrace: Dialect = {
  name: 'dd-trace',
  convention: 'cache_included',
  attributes: [...TABLE.attributes, WRITTEN_BY_TRACER],
  prefixes: [],
  recognises: ({ scope, attributes }) =>
    (scope.name.startsWith('dd-trace') && attributes.has(GEN_AI.operationName)) || attributes.has(WRITTEN_BY_TRACER),
  read: (span) => {
    const found = TABLE.read(span);
    return callFacts(span, found.responseModel === NO_MODEL ? { ...found, responseModel: undefined } : found);
  },
};
