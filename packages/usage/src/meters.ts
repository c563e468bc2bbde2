/**
 * What a token meter counts, as independent facets. A meter with more facets counts a part of every meter with fewer:
 * `cache_audio_read_tokens` is part of `cache_read_tokens`, of `input_audio_tokens` and of `input_tokens`.
 */
export interface TokenFacets {
  readonly direction: 'input' | 'output';
  readonly modality?: 'text' | 'audio' | 'image' | 'video';
  readonly cache?: 'read' | 'write';
  readonly ttl?: '5m' | '1h' | '30m' | '12h';
  readonly kind?: 'reasoning' | 'tool' | 'citation' | 'prediction';
}

export type MeterDefinition = { readonly unit: 'token'; readonly facets: TokenFacets } | { readonly unit: 'count' };

const token = (direction: 'input' | 'output', facets: Omit<TokenFacets, 'direction'> = {}): MeterDefinition => ({
  unit: 'token',
  facets: { direction, ...facets },
});
const count: MeterDefinition = { unit: 'count' };

/**
 * Every meter we know, by its one name. `input_tokens` is all of the prompt (cache and every modality included),
 * `output_tokens` all of the answer (reasoning and every modality included); the others are parts of these, never additions.
 * Adding one is one line.
 */
export const METERS = {
  input_tokens: token('input'),
  output_tokens: token('output'),
  cache_read_tokens: token('input', { cache: 'read' }),
  cache_write_tokens: token('input', { cache: 'write' }),
  cache_write_5m_tokens: token('input', { cache: 'write', ttl: '5m' }),
  cache_write_30m_tokens: token('input', { cache: 'write', ttl: '30m' }),
  cache_write_1h_tokens: token('input', { cache: 'write', ttl: '1h' }),
  cache_write_12h_tokens: token('input', { cache: 'write', ttl: '12h' }),
  input_text_tokens: token('input', { modality: 'text' }),
  input_audio_tokens: token('input', { modality: 'audio' }),
  input_image_tokens: token('input', { modality: 'image' }),
  input_video_tokens: token('input', { modality: 'video' }),
  cache_text_read_tokens: token('input', { modality: 'text', cache: 'read' }),
  cache_audio_read_tokens: token('input', { modality: 'audio', cache: 'read' }),
  cache_image_read_tokens: token('input', { modality: 'image', cache: 'read' }),
  cache_video_read_tokens: token('input', { modality: 'video', cache: 'read' }),
  cache_text_write_tokens: token('input', { modality: 'text', cache: 'write' }),
  cache_audio_write_tokens: token('input', { modality: 'audio', cache: 'write' }),
  cache_image_write_tokens: token('input', { modality: 'image', cache: 'write' }),
  cache_video_write_tokens: token('input', { modality: 'video', cache: 'write' }),
  input_tool_tokens: token('input', { kind: 'tool' }),
  input_text_tool_tokens: token('input', { kind: 'tool', modality: 'text' }),
  output_text_tokens: token('output', { modality: 'text' }),
  output_audio_tokens: token('output', { modality: 'audio' }),
  output_image_tokens: token('output', { modality: 'image' }),
  output_video_tokens: token('output', { modality: 'video' }),
  output_reasoning_tokens: token('output', { kind: 'reasoning' }),
  output_citation_tokens: token('output', { kind: 'citation' }),
  web_searches: count,
  web_fetches: count,
  file_searches: count,
  social_searches: count,
  map_searches: count,
  attachment_searches: count,
  search_sources: count,
  code_executions: count,
  search_units: count,
  images: count,
  input_characters: count,
  output_characters: count,
  seconds: count,
  pixels: count,
  pages: count,
  sessions: count,
  requests: count,
} as const satisfies Record<string, MeterDefinition>;

export type Meter = keyof typeof METERS;

/** Counts by meter. A meter that is absent was not reported; zero was reported as zero. Whole numbers, never negative. */
export type Meters = { readonly [M in Meter]?: number };

export const METER_NAMES = Object.keys(METERS) as readonly Meter[];

export function isMeter(name: string): name is Meter {
  return Object.hasOwn(METERS, name);
}

/** True when every token of `part` is also a token of `whole`. A meter is part of itself. */
export function isPartOf(part: Meter, whole: Meter): boolean {
  const inner: MeterDefinition = METERS[part];
  const outer: MeterDefinition = METERS[whole];
  if (inner.unit !== 'token' || outer.unit !== 'token') return part === whole;
  return (Object.keys(outer.facets) as (keyof TokenFacets)[]).every(
    (facet) => inner.facets[facet] === outer.facets[facet],
  );
}
