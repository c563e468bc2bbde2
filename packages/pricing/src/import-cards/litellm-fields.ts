import type { Meter } from '@costspan/usage';

/** What a price field of LiteLLM's map counts. */
export interface PriceField {
  readonly meter: Meter;
  /** Powers of ten between the stated unit and ours: prices for one token are written down for a million. */
  readonly places: number;
  readonly per: number;
  /** Modes in which the field means this meter; seconds are content here and computing time there. All when absent. */
  readonly modes?: readonly string[];
}

const token = (meter: Meter): PriceField => ({ meter, places: 6, per: 1_000_000 });
const single = (meter: Meter): PriceField => ({ meter, places: 0, per: 1 });
const media = (meter: Meter): PriceField => ({
  ...single(meter),
  modes: ['audio_transcription', 'audio_speech', 'video_generation'],
});

/** The price fields that have a meter here. Any other field whose name is not in {@link isDescription} becomes a finding. */
export const LITELLM_FIELDS: ReadonlyMap<string, PriceField> = new Map(
  Object.entries({
    input_cost_per_token: token('input_tokens'),
    output_cost_per_token: token('output_tokens'),
    cache_read_input_token_cost: token('cache_read_tokens'),
    input_cost_per_token_cache_hit: token('cache_read_tokens'),
    cache_creation_input_token_cost: token('cache_write_tokens'),
    cache_creation_input_token_cost_above_1hr: token('cache_write_1h_tokens'),
    input_cost_per_audio_token: token('input_audio_tokens'),
    input_cost_per_image_token: token('input_image_tokens'),
    input_cost_per_video_token: token('input_video_tokens'),
    output_cost_per_audio_token: token('output_audio_tokens'),
    output_cost_per_image_token: token('output_image_tokens'),
    output_cost_per_video_token: token('output_video_tokens'),
    output_cost_per_reasoning_token: token('output_reasoning_tokens'),
    citation_cost_per_token: token('output_citation_tokens'),
    cache_read_input_audio_token_cost: token('cache_audio_read_tokens'),
    cache_read_input_token_cost_per_audio_token: token('cache_audio_read_tokens'),
    cache_read_input_image_token_cost: token('cache_image_read_tokens'),
    cache_creation_input_audio_token_cost: token('cache_audio_write_tokens'),
    input_cost_per_character: token('input_characters'),
    output_cost_per_character: token('output_characters'),
    input_cost_per_pixel: token('pixels'),
    input_cost_per_second: media('seconds'),
    output_cost_per_second: media('seconds'),
    input_cost_per_audio_per_second: media('seconds'),
    output_cost_per_video_per_second: media('seconds'),
    output_cost_per_image: single('images'),
    input_cost_per_request: single('requests'),
    input_cost_per_query: single('search_units'),
    ocr_cost_per_page: single('pages'),
    code_interpreter_cost_per_session: single('sessions'),
    file_search_cost_per_1k_calls: { meter: 'file_searches', places: 0, per: 1000 },
  } satisfies Record<string, PriceField>),
);

const DESCRIPTION = new RegExp(
  `^(?:${[
    'supports_.+',
    'supported_.+',
    'max_.+',
    'uses?_.+',
    'gemini_.+',
    'bedrock_.+',
    'litellm_provider',
    'mode',
    'key',
    'source',
    'comment',
    'metadata',
    'deprecation_date',
    'rpm',
    'tpm',
    'output_vector_size',
    'prompt_cache_min_tokens',
    'default_reasoning_effort',
    'reasoning_effort_levels',
    'thinking_always_on',
    'vertex_ai_audio_api',
    'audio_transcription_config',
    'tool_use_system_prompt_tokens',
  ].join('|')})$`,
);

/** True for a field that says nothing about a price. */
export function isDescription(field: string): boolean {
  return DESCRIPTION.test(field);
}
