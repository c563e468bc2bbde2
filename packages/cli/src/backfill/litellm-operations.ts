export interface LitellmOperation {
  readonly name: string;
  /** The counts are those of a finished batch. */
  readonly batch?: true;
  /** Why a row of this kind is no call to a model. */
  readonly leftOut?: string;
}

const NO_MODEL = 'no call to a model (tools, files, vector stores, assistants)';

/**
 * `gen_ai.operation.name` of LiteLLM's call types, without the `a` of the asynchronous ones.
 * Source: CallTypes in litellm/types/utils.py, read 2026-11-23.
 */
const OPERATIONS: Readonly<Record<string, string>> = {
  '': 'chat',
  completion: 'chat',
  responses: 'chat',
  anthropic_messages: 'chat',
  realtime: 'chat',
  text_completion: 'text_completion',
  embedding: 'embeddings',
  generate_content: 'generate_content',
  generate_content_stream: 'generate_content',
  image_generation: 'image_generation',
  image_edit: 'image_edit',
  moderation: 'moderation',
  rerank: 'rerank',
  speech: 'speech',
  transcription: 'transcription',
  ocr: 'ocr',
};

/** Kinds that are about other things. What is in neither list keeps its own name. */
const OTHER =
  /^(?:call_mcp_tool|list_mcp_tools|(?:create_|retrieve_|list_|delete_|cancel_|get_)?(?:file|files|assistant|assistants|thread|fine_tuning).*|file_.*|vector_store_.*|search|create_batch|list_batches|cancel_batch|list_input_items|.*_fine_tuning_jobs?)$/;

export function litellmOperation(callType: string | undefined): LitellmOperation {
  const type = (callType ?? '')
    .replace(/^_?a(?=[a-z])/, (prefix) => (isKnown(callType ?? '') ? prefix : ''))
    .toLowerCase();
  if (type === 'retrieve_batch') return { name: 'chat', batch: true };
  if (OTHER.test(type)) return { name: type, leftOut: NO_MODEL };
  return { name: OPERATIONS[type] ?? type };
}

/** `anthropic_messages` begins with an `a` of its own. */
function isKnown(type: string): boolean {
  return Object.hasOwn(OPERATIONS, type);
}
