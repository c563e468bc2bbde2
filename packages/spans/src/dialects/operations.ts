import type { ContextKind } from '../context-span.ts';
import { SPAN_KIND_CLIENT, type Span } from '../span.ts';

export interface SpanRole {
  readonly kind: 'call' | ContextKind;
  /** By the conventions' name where they have one. */
  readonly operation: string;
}

/**
 * What a span is, by its operation. One that nobody knows (or none at all) counts as a provider call only on a CLIENT span
 * that names a model: the conventions keep that kind for calls to a model service.
 */
export function roleOf(operation: string | undefined, model: string | undefined, span: Span): SpanRole {
  const known = operation === undefined ? undefined : (ROLES.get(operation) ?? ROLES.get(operation.toLowerCase()));
  if (known !== undefined) return known;
  const kind = span.kind === SPAN_KIND_CLIENT && model !== undefined ? 'call' : 'other';
  return { kind, operation: operation ?? 'unknown' };
}

/**
 * Requests to a model provider: the conventions of October 2026 and what they lack, with the other spellings in use
 * (OpenLLMetry's and LiteLLM's request types, dd-trace's span kinds).
 */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  chat: ['llm', 'responses', 'aresponses', 'generation', 'anthropic_messages'],
  text_completion: ['completion', 'acompletion', 'atext_completion', 'completions'],
  generate_content: ['agenerate_content'],
  embeddings: ['embedding', 'aembedding', 'embed'],
  rerank: ['arerank'],
  image_generation: ['image', 'aimage_generation'],
  image_edit: ['aimage_edit'],
  speech: ['aspeech', 'audio'],
  transcription: ['atranscription'],
  translation: [],
  moderation: ['amoderation', 'litellm.moderation'],
  ocr: ['aocr'],
};

/**
 * Operations above or beside the provider call. They may repeat the usage of the calls below them, so billing them would
 * count it twice.
 */
const CONTEXTS: Readonly<Record<string, readonly [ContextKind, ...string[]]>> = {
  invoke_workflow: ['workflow', 'workflow'],
  execute_task: ['workflow', 'task'],
  invoke_agent: ['agent', 'agent'],
  create_agent: ['agent'],
  agent_step: ['agent', 'execute_event_loop_cycle'],
  plan: ['agent'],
  execute_tool: ['tool', 'tool'],
  retrieval: ['retrieval', 'retrieve', 'vectordb'],
  search_memory: ['retrieval', 'memory'],
  create_memory: ['other'],
  update_memory: ['other'],
  upsert_memory: ['other'],
  delete_memory: ['other'],
  fetch_response: ['other', 'litellm.responses_management'],
  'litellm.vector_store_management': ['other'],
  'litellm.vector_store_file_management': ['other'],
};

const ROLES: ReadonlyMap<string, SpanRole> = new Map([
  ...Object.entries(CALLS).flatMap(([operation, others]) =>
    [operation, ...others].map((name): [string, SpanRole] => [name, { kind: 'call', operation }]),
  ),
  ...Object.entries(CONTEXTS).flatMap(([operation, [kind, ...others]]) =>
    [operation, ...others].map((name): [string, SpanRole] => [name, { kind, operation }]),
  ),
]);
