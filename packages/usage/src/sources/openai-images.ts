import { definedMeters } from './add-meters.ts';
import { imageVariant } from './image-variant.ts';
import { isObject } from './json-object.ts';
import { imageSubUsages } from './openai-image-tool.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * OpenAI images by the token: generation and edits with the gpt-image models. Answers without usage are billed by the image
 * and read by `generated-images.ts`.
 * Source: OpenAI API reference, ImagesResponse, read 2026-11-23.
 */
export const openaiImages: UsageSource = {
  name: 'openai.images',
  providers: ['openai', 'azure.ai.openai'],
  apis: ['images', 'image_generation'],
  convention: 'cache_included',
  matches: (usage) => {
    const details = usage['input_tokens_details'];
    return isObject(details) && 'image_tokens' in details && !('cached_tokens' in details);
  },
  extract: (answer, usage, read) => {
    const input = read.count(usage, 'input_tokens');
    const output = read.count(usage, 'output_tokens');
    if (input !== undefined && output !== undefined) {
      read.reconcile('total_tokens', read.count(usage, 'total_tokens'), input + output);
    }
    return {
      meters: definedMeters({
        input_tokens: input,
        output_tokens: output,
        input_text_tokens: read.count(usage, 'input_tokens_details', 'text_tokens'),
        input_image_tokens: read.count(usage, 'input_tokens_details', 'image_tokens'),
        output_text_tokens: read.count(usage, 'output_tokens_details', 'text_tokens'),
        output_image_tokens: read.count(usage, 'output_tokens_details', 'image_tokens'),
      }),
      context: imageVariant(answer),
      subUsages: imageSubUsages(answer, read),
    };
  },
};
