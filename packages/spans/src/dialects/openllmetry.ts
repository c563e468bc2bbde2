import type { CacheConvention } from '@costspan/usage';
import type { Span } from '../span.ts';
import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { TagCollector } from './dialect-tags.ts';
import { FactTable } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS } from './gen-ai-names.ts';

const KIND = 'traceloop.span.kind';
const REQUEST_TYPE = 'llm.request.type';
const WORKFLOW = 'traceloop.workflow.name';
const USERS = ['llm.user', 'gen_ai.user'];
const PROPERTIES = 'traceloop.association.properties.';

const TABLE = new FactTable(
  {
    ...GEN_AI_FACTS,
    operation: [KIND, ...GEN_AI_FACTS.operation, REQUEST_TYPE],
    promptId: ['traceloop.prompt.key', ...GEN_AI_FACTS.promptId],
    promptVersion: ['traceloop.prompt.version', ...GEN_AI_FACTS.promptVersion],
    workflowName: [WORKFLOW, ...GEN_AI_FACTS.workflowName],
    name: ['traceloop.entity.name', ...GEN_AI_FACTS.name],
  },
  {
    ...GEN_AI_METERS,
    input_tokens: [...GEN_AI_METERS.input_tokens, 'llm.usage.prompt_tokens'],
    output_tokens: [...GEN_AI_METERS.output_tokens, 'llm.usage.completion_tokens'],
    cache_read_tokens: [...GEN_AI_METERS.cache_read_tokens, 'llm.usage.cache_read_input_tokens'],
    cache_write_tokens: [...GEN_AI_METERS.cache_write_tokens, 'llm.usage.cache_creation_input_tokens'],
    output_reasoning_tokens: [...GEN_AI_METERS.output_reasoning_tokens, 'llm.usage.reasoning_tokens'],
  },
);

/** Its Python instrumentations; those of OpenTelemetry itself stand in the same name space under other names. */
const PYTHON = 'opentelemetry.instrumentation.';
const PYTHON_LIBRARIES: ReadonlySet<string> = new Set([
  ...['agno', 'alephalpha', 'anthropic', 'bedrock', 'cohere', 'crewai', 'google_generativeai', 'groq', 'haystack'],
  ...['langchain', 'llamaindex', 'mistralai', 'ollama', 'openai', 'openai.v0', 'openai.v1', 'openai_agents'],
  ...['replicate', 'sagemaker', 'together', 'transformers', 'vertexai', 'voyageai', 'watsonx', 'writer'],
]);

/** Where the input count is Anthropic's or Bedrock's own, without the cached tokens. */
const EXCLUDING: ReadonlySet<string> = new Set([
  '@traceloop/instrumentation-anthropic',
  '@traceloop/instrumentation-bedrock',
  'opentelemetry.instrumentation.bedrock',
]);

/**
 * OpenLLMetry (Traceloop), in every language. Read in its Python repository (the Anthropic instrumentation has added the
 * cached tokens since it counts them) and recorded with `@traceloop/instrumentation-*` 0.27.0 (JavaScript writes what the
 * provider said).
 */
export const openLlmetry: Dialect = {
  name: 'openllmetry',
  convention: (span): CacheConvention => (EXCLUDING.has(span.scope.name) ? 'cache_excluded' : 'cache_included'),
  attributes: [...TABLE.attributes, ...USERS],
  prefixes: [PROPERTIES],
  recognises: (span) =>
    span.attributes.has(KIND) ||
    span.attributes.has(REQUEST_TYPE) ||
    (isTraceloopScope(span) && TABLE_MARKS.some((mark) => span.attributes.has(mark))),
  read: (span) => {
    const tags = new TagCollector();
    const found = TABLE.read(span, (name, value) => {
      if (name.startsWith(PROPERTIES)) addProperty(tags, name.slice(PROPERTIES.length), value);
      else if (USERS.includes(name)) tags.addAs('user', value);
    });
    return callFacts(span, found, {}, tags);
  },
};

const TABLE_MARKS = [...GEN_AI_FACTS.operation, ...GEN_AI_FACTS.provider];

function isTraceloopScope({ scope: { name } }: Span): boolean {
  return name.startsWith('@traceloop/') || (name.startsWith(PYTHON) && PYTHON_LIBRARIES.has(name.slice(PYTHON.length)));
}

/** LangChain puts the words of its own run beside the application's. */
const INTERNAL = ['ls_', 'langgraph_', 'checkpoint_', '__'];

function addProperty(tags: TagCollector, name: string, value: unknown): void {
  if (!INTERNAL.some((beginning) => name.startsWith(beginning))) tags.add(name, value);
}
