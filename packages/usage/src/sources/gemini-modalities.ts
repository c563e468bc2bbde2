import { type ReadCounts, sumCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import { objectsOf } from './json-object.ts';

type Modality = 'text' | 'image' | 'audio' | 'video';

type ByModality = { readonly [M in Modality]?: number };

const MODALITIES: ReadonlyMap<string, Modality> = new Map([
  ['text', 'text'],
  ['image', 'image'],
  ['audio', 'audio'],
  ['video', 'video'],
  // Pages of a document are read, and billed, as images.
  ['document', 'image'],
]);

/** The counts of a list such as `[{"modality":"TEXT","tokenCount":9}]`. A modality nobody knows stays in the whole only. */
export function byModality(list: unknown, countKey: string, read: CountReader): ByModality {
  const counts: { [M in Modality]?: number } = {};
  for (const entry of objectsOf(list)) {
    const name = entry['modality'];
    const modality = typeof name === 'string' ? MODALITIES.get(name.toLowerCase()) : undefined;
    if (modality === undefined) continue;
    const sum = sumCounts(counts[modality], read.count(entry, countKey));
    if (sum !== undefined) counts[modality] = sum;
  }
  return counts;
}

/** What Gemini counts by modality, in its own grouping: the tools' part of the prompt stands beside the prompt. */
interface ModalSplit {
  readonly prompt: ByModality;
  readonly tool: ByModality;
  readonly cached: ByModality;
  readonly output: ByModality;
}

/** The same as parts of our wholes: the tools' tokens are input too. */
export function modalCounts({ prompt, tool, cached, output }: ModalSplit): ReadCounts {
  return {
    input_text_tokens: sumCounts(prompt.text, tool.text),
    input_image_tokens: sumCounts(prompt.image, tool.image),
    input_audio_tokens: sumCounts(prompt.audio, tool.audio),
    input_video_tokens: sumCounts(prompt.video, tool.video),
    input_text_tool_tokens: tool.text,
    cache_text_read_tokens: cached.text,
    cache_image_read_tokens: cached.image,
    cache_audio_read_tokens: cached.audio,
    cache_video_read_tokens: cached.video,
    output_text_tokens: output.text,
    output_image_tokens: output.image,
    output_audio_tokens: output.audio,
    output_video_tokens: output.video,
  };
}

/**
 * Cached tokens by modality. Where the provider gives their number alone and one modality is the whole prompt, they are of
 * that modality: there is no other that they could be.
 */
export function cachedByModality(
  stated: ByModality,
  cached: number | undefined,
  prompt: ByModality,
  input: number | undefined,
): ByModality {
  if (cached === undefined || Object.keys(stated).length > 0) return stated;
  const only = Object.entries(prompt).find(([, count]) => count === input);
  return only === undefined ? stated : { [only[0]]: cached };
}
