import type { CallSize } from '@costspan/quota';
import { isObject, type JsonObject } from '@costspan/usage';

/** Values looked at in one request. What is beyond is not counted, so that no request makes us slow. */
const VALUES_MAX = 100_000;
/** An image or a file is counted by its place in the request and not by its bytes: about what a picture of usual size costs. */
const ATTACHMENT_BYTES = 4_000;
/** What the model reads. Everything else of a request is settings. */
const READ_FIELDS = ['messages', 'input', 'prompt', 'system', 'instructions', 'tools', 'functions', 'response_format'];
const OUTPUT_FIELDS = ['max_completion_tokens', 'max_output_tokens', 'max_tokens'];

/** What is known of a call before it is made: the bytes of what the model reads, and the most it may answer. */
export function callSize(params: JsonObject, hasOutput: boolean): CallSize {
  const counting = { left: VALUES_MAX };
  let inputBytes = 0;
  for (const field of READ_FIELDS) inputBytes += bytesOf(params[field], counting);
  if (!hasOutput) return { inputBytes, maxTokens: 0 };
  const bound = OUTPUT_FIELDS.map((field) => params[field]).find((value) => isCount(value));
  const choices = isCount(params['n']) ? Math.max(params['n'], 1) : 1;
  return bound === undefined ? { inputBytes } : { inputBytes, maxTokens: (bound as number) * choices };
}

function bytesOf(value: unknown, counting: { left: number }): number {
  counting.left -= 1;
  if (counting.left < 0) return 0;
  if (typeof value === 'string') return value.startsWith('data:') ? ATTACHMENT_BYTES : Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) {
    let sum = 0;
    for (const item of value) sum += bytesOf(item, counting);
    return sum;
  }
  if (!isObject(value)) return 0;
  if (isAttachment(value)) return ATTACHMENT_BYTES;
  let sum = 0;
  for (const key in value) sum += bytesOf(value[key], counting);
  return sum;
}

/** Anthropic's `{ type: 'base64', data }`, OpenAI's `input_audio: { data, format }` and `file: { file_data }`. */
function isAttachment(value: JsonObject): boolean {
  return (
    (typeof value['data'] === 'string' && ('format' in value || value['type'] === 'base64')) ||
    typeof value['file_data'] === 'string'
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
