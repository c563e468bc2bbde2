import { embedText } from '../embed-text.ts';
import { openaiModel } from '../openai-call.ts';
import { invalid, optionalChoice, optionalInteger } from '../request-fields.ts';
import type { RequestBody, SimulatedApi } from '../simulated-api.ts';
import { countTokens } from '../tokens.ts';

/** `POST /v1/embeddings`. Vectors travel as base64 of little-endian floats when asked for, which the SDK does unasked. */
export const openaiEmbeddings: SimulatedApi = {
  path: '/v1/embeddings',
  format: 'openai',
  answer(body, { random }) {
    const model = openaiModel(body, 'embedding');
    const inputs = inputsOf(body);
    const dimensions = Math.min(optionalInteger(body, 'dimensions') ?? model.dimensions, model.dimensions);
    const encoding = optionalChoice(body, 'encoding_format', ['float', 'base64']) ?? 'float';
    const promptTokens = inputs.reduce((sum, input) => sum + input.tokens, 0);
    return {
      kind: 'json',
      delayMs: random.around(model.firstTokenMs, 0.35) + inputs.length * 2,
      body: {
        object: 'list',
        data: inputs.map((input, index) => {
          const vector = embedText(input.text, dimensions);
          return {
            object: 'embedding',
            index,
            embedding: encoding === 'base64' ? toBase64(vector) : Array.from(vector),
          };
        }),
        model: model.served,
        usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
      },
    };
  },
};

interface EmbeddingInput {
  readonly text: string;
  readonly tokens: number;
}

/** A text, a list of texts, a list of token numbers, or a list of such lists. */
function inputsOf(body: RequestBody): readonly EmbeddingInput[] {
  const input = body['input'];
  if (input === undefined) throw invalid('input', "Missing required parameter: 'input'.");
  if (typeof input === 'string') return [{ text: input, tokens: countTokens(input) }];
  if (!Array.isArray(input) || input.length === 0)
    throw invalid('input', "'input' must be a non-empty string or array.");
  if (input.every((item) => typeof item === 'number')) return [{ text: input.join(' '), tokens: input.length }];
  return input.map((item: unknown, index) => {
    if (typeof item === 'string' && item !== '') return { text: item, tokens: countTokens(item) };
    if (Array.isArray(item)) return { text: item.join(' '), tokens: item.length };
    throw invalid(`input[${index}]`, `'input[${index}]' must be a non-empty string or a list of tokens.`);
  });
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4);
  });
  return bytes.toString('base64');
}
