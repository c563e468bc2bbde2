import { definedMeters } from './add-meters.ts';
import { imageVariant } from './image-variant.ts';
import { isObject, type JsonObject } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Answers that hold images and no usage object: DALL·E (`data`), Imagen (`predictions`, `generatedImages`), Nova Canvas,
 * Titan and Stability on Bedrock (`images`). They are billed by the image, and the images are there to be counted.
 * Source: API references of the four, read 2026-11-23; recorded responses.
 */
export const generatedImages: UsageSource = {
  name: 'images.counted',
  providers: ['openai', 'azure.ai.openai', 'gcp.gemini', 'gcp.gen_ai', 'gcp.vertex_ai', 'aws.bedrock', 'together'],
  apis: ['images', 'image_generation', 'generateImages', 'predict', 'invoke'],
  convention: 'cache_included',
  locate: (answer) => {
    const images = isObject(answer['usage']) ? undefined : countOf(answer);
    return images === undefined ? undefined : { images };
  },
  matches: (usage) => 'images' in usage && typeof usage['images'] === 'number',
  extract: (answer, usage, read) => ({
    meters: definedMeters({ images: read.count(usage, 'images') }),
    context: imageVariant(answer),
  }),
};

const LISTS = ['data', 'generatedImages', 'predictions', 'images'] as const;

function countOf(answer: JsonObject): number | undefined {
  for (const key of LISTS) {
    const list = answer[key];
    if (Array.isArray(list) && list.length > 0 && list.every((item) => isImage(item, key))) return list.length;
  }
  return undefined;
}

function isImage(item: unknown, list: (typeof LISTS)[number]): boolean {
  if (list === 'images') return typeof item === 'string';
  if (!isObject(item)) return false;
  if (list === 'generatedImages') return isObject(item['image']);
  return 'url' in item || 'b64_json' in item || 'bytesBase64Encoded' in item;
}
