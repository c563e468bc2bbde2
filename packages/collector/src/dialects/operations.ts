import { SPAN_KIND_CLIENT, type Span } from '../otlp/traces.ts';

/** Operations that are one request to a model provider. Conventions of October 2026, and names in use that they lack. */
const PROVIDER_OPERATIONS: ReadonlySet<string> = new Set([
  'chat',
  'text_completion',
  'generate_content',
  'embeddings',
  'rerank',
  'image_generation',
  'image_edit',
  'speech',
  'transcription',
  'translation',
  'moderation',
  'ocr',
]);

/**
 * Operations above or beside the provider call. They may repeat the usage of the calls below them, so billing them would
 * count it twice.
 */
const NEVER_BILLED: ReadonlySet<string> = new Set([
  'invoke_agent',
  'create_agent',
  'invoke_workflow',
  'execute_tool',
  'plan',
  'retrieval',
  'fetch_response',
  'create_memory',
  'update_memory',
  'upsert_memory',
  'delete_memory',
  'search_memory',
]);

/**
 * Whether a span is a provider call, by its operation. An operation nobody knows (or none at all) counts as one only on a
 * CLIENT span that names a model: the conventions keep that kind for calls to a model service.
 */
export function isProviderCall(operation: string | undefined, model: string | undefined, span: Span): boolean {
  if (operation !== undefined && PROVIDER_OPERATIONS.has(operation)) return true;
  if (operation !== undefined && NEVER_BILLED.has(operation)) return false;
  return span.kind === SPAN_KIND_CLIENT && model !== undefined;
}
