import type { Meter } from '@costspan/usage';

/** What a price key of genai-prices counts, and for how many of it the price is. */
export interface PriceKey {
  readonly meter: Meter;
  readonly per: number;
}

const millionTokens = (meter: Meter): PriceKey => ({ meter, per: 1_000_000 });
const thousand = (meter: Meter): PriceKey => ({ meter, per: 1_000 });

/**
 * The keys that have a meter here. `cache_write_1h_mtok` is US dollars for 1,000,000 tokens, `_kcount` and `_kpages` are for
 * 1,000, `_hours` for 3,600 seconds, `_mchars` for 1,000,000 characters, `_gpixels` for 10⁹ pixels.
 * Source: `prices/units.yml` of pydantic/genai-prices.
 */
export const GENAI_PRICE_KEYS: ReadonlyMap<string, PriceKey> = new Map(
  Object.entries({
    input_mtok: millionTokens('input_tokens'),
    output_mtok: millionTokens('output_tokens'),
    cache_read_mtok: millionTokens('cache_read_tokens'),
    cache_write_mtok: millionTokens('cache_write_tokens'),
    cache_write_5m_mtok: millionTokens('cache_write_5m_tokens'),
    cache_write_1h_mtok: millionTokens('cache_write_1h_tokens'),
    input_text_mtok: millionTokens('input_text_tokens'),
    input_audio_mtok: millionTokens('input_audio_tokens'),
    input_image_mtok: millionTokens('input_image_tokens'),
    input_video_mtok: millionTokens('input_video_tokens'),
    input_tool_mtok: millionTokens('input_tool_tokens'),
    cache_text_read_mtok: millionTokens('cache_text_read_tokens'),
    cache_audio_read_mtok: millionTokens('cache_audio_read_tokens'),
    cache_image_read_mtok: millionTokens('cache_image_read_tokens'),
    cache_video_read_mtok: millionTokens('cache_video_read_tokens'),
    cache_text_write_mtok: millionTokens('cache_text_write_tokens'),
    cache_audio_write_mtok: millionTokens('cache_audio_write_tokens'),
    cache_image_write_mtok: millionTokens('cache_image_write_tokens'),
    cache_video_write_mtok: millionTokens('cache_video_write_tokens'),
    output_text_mtok: millionTokens('output_text_tokens'),
    output_audio_mtok: millionTokens('output_audio_tokens'),
    output_image_mtok: millionTokens('output_image_tokens'),
    output_video_mtok: millionTokens('output_video_tokens'),
    output_reasoning_mtok: millionTokens('output_reasoning_tokens'),
    output_citation_mtok: millionTokens('output_citation_tokens'),
    web_searches_kcount: thousand('web_searches'),
    storage_searches_kcount: thousand('file_searches'),
    social_searches_kcount: thousand('social_searches'),
    code_executions_kcount: thousand('code_executions'),
    rerank_searches_kcount: thousand('search_units'),
    requests_kcount: thousand('requests'),
    input_document_kpages: thousand('pages'),
    input_mchars: { meter: 'input_characters', per: 1_000_000 },
    output_mchars: { meter: 'output_characters', per: 1_000_000 },
    audio_hours: { meter: 'seconds', per: 3_600 },
    input_audio_hours: { meter: 'seconds', per: 3_600 },
    input_gpixels: { meter: 'pixels', per: 1_000_000_000 },
  } satisfies Record<string, PriceKey>),
);
