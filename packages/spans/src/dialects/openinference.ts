import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { TagCollector } from './dialect-tags.ts';
import { FactTable } from './fact-table.ts';
import type { SpanRole } from './operations.ts';

const KIND = 'openinference.span.kind';
const METADATA = 'metadata';
const LABELS = 'tag.tags';

const TABLE = new FactTable(
  {
    operation: [KIND],
    provider: ['llm.provider', 'llm.system', 'gen_ai.provider.name', 'gen_ai.system'],
    requestModel: ['llm.request.model_name', 'gen_ai.request.model'],
    responseModel: [
      'llm.response.model_name',
      'llm.model_name',
      'embedding.model_name',
      'reranker.model_name',
      'gen_ai.response.model',
    ],
    responseId: ['gen_ai.response.id'],
    conversationId: ['session.id'],
    promptVersion: ['llm.prompt_template.version'],
    agentName: ['agent.name'],
    name: ['tool.name', 'graph.node.name'],
  },
  {
    input_tokens: ['llm.token_count.prompt'],
    output_tokens: ['llm.token_count.completion'],
    cache_read_tokens: ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
    cache_write_tokens: ['llm.token_count.prompt_details.cache_write'],
    input_audio_tokens: ['llm.token_count.prompt_details.audio'],
    output_reasoning_tokens: ['llm.token_count.completion_details.reasoning'],
    output_audio_tokens: ['llm.token_count.completion_details.audio'],
  },
);

/**
 * OpenInference (Arize). Read in `@arizeai/openinference-semantic-conventions` 2.12.0 and the instrumentations of both
 * languages: the prompt count holds cache reads and writes. The JavaScript instrumentation of Anthropic wrote no cache
 * counts before it counted so (0.2.8), so its older spans only lack them.
 */
export const openInference: Dialect = {
  name: 'openinference',
  convention: 'cache_included',
  attributes: [...TABLE.attributes, METADATA, LABELS],
  prefixes: [],
  recognises: ({ attributes }) => attributes.has(KIND),
  read: (span) => {
    const tags = new TagCollector();
    tags.addFields(span.attributes.get(METADATA));
    tags.addLabels(span.attributes.get(LABELS));
    const found = TABLE.read(span);
    return callFacts(span, found, roleIn(found.operation), tags);
  },
};

function roleIn(kind: string | undefined): SpanRole {
  return ROLES.get(kind?.toUpperCase() ?? '') ?? { kind: 'other', operation: kind?.toLowerCase() ?? 'unknown' };
}

const ROLES: ReadonlyMap<string, SpanRole> = new Map([
  ['LLM', { kind: 'call', operation: 'chat' }],
  ['EMBEDDING', { kind: 'call', operation: 'embeddings' }],
  ['RERANKER', { kind: 'call', operation: 'rerank' }],
  ['CHAIN', { kind: 'workflow', operation: 'invoke_workflow' }],
  ['AGENT', { kind: 'agent', operation: 'invoke_agent' }],
  ['TOOL', { kind: 'tool', operation: 'execute_tool' }],
  ['RETRIEVER', { kind: 'retrieval', operation: 'retrieval' }],
]);
