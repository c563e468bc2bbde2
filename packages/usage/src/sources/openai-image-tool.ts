import { definedMeters } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import { isObject, type JsonObject, objectsOf } from './json-object.ts';
import type { SubUsage } from './usage-source.ts';

/**
 * Tokens that an image model spent inside a response or image call, at the model that is named for them. Counts without a
 * model cannot be priced and are named in a finding instead.
 * Source: OpenAI API reference, `tool_usage.image_gen` and `svg_usage`, read 2026-11-23.
 */
export function imageSubUsages(answer: JsonObject, read: CountReader): SubUsage[] {
  const drawings = [answer, ...objectsOf(answer['output'])].map((item) => item['svg_usage']).filter(isObject);
  return [...imageTool(answer, read), ...drawings.flatMap((drawing) => svgModel(drawing, read))];
}

function imageTool(answer: JsonObject, read: CountReader): SubUsage[] {
  const usage = isObject(answer['tool_usage']) ? answer['tool_usage']['image_gen'] : undefined;
  if (!isObject(usage)) return [];
  const meters = definedMeters({
    input_tokens: read.count(usage, 'input_tokens'),
    output_tokens: read.count(usage, 'output_tokens'),
    cache_read_tokens: read.count(usage, 'cached_tokens'),
    input_text_tokens: read.count(usage, 'input_tokens_details', 'text_tokens'),
    input_image_tokens: read.count(usage, 'input_tokens_details', 'image_tokens'),
    cache_text_read_tokens: read.count(usage, 'cached_tokens_details', 'cached_text_tokens'),
    cache_image_read_tokens: read.count(usage, 'cached_tokens_details', 'cached_image_tokens'),
    output_text_tokens: read.count(usage, 'output_tokens_details', 'text_tokens'),
    output_image_tokens: read.count(usage, 'output_tokens_details', 'image_tokens'),
  });
  if (!meters.input_tokens && !meters.output_tokens) return [];
  const tool = objectsOf(answer['tools']).find((item) => item['type'] === 'image_generation');
  return atModel(tool?.['model'], 'tool_usage.image_gen', meters, read);
}

function svgModel(usage: JsonObject, read: CountReader): SubUsage[] {
  const meters = definedMeters({
    input_tokens: read.count(usage, 'input_tokens'),
    output_tokens: read.count(usage, 'output_tokens'),
    output_reasoning_tokens: read.count(usage, 'reasoning_tokens'),
  });
  return atModel(usage['model'], 'svg_usage', meters, read);
}

function atModel(model: unknown, at: string, meters: SubUsage['meters'], read: CountReader): SubUsage[] {
  if (typeof model === 'string') return [{ model, meters }];
  read.findings.push({
    at,
    code: 'SUB_USAGE_MODEL_ABSENT',
    message: `${meters.input_tokens ?? 0} input and ${meters.output_tokens ?? 0} output tokens were spent at a model that the body does not name; they are not in the counts`,
  });
  return [];
}
