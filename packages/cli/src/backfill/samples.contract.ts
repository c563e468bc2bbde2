import type { JsonObject } from '@costspan/usage';

/**
 * Shaped as LiteLLM writes them; values are ours. Source: LiteLLM_SpendLogs in schema.prisma and get_logging_payload of
 * BerriAI/litellm, read 2026-11-23.
 */
export const spendLog: JsonObject = {
  request_id: 'chatcmpl-9f1c2a',
  call_type: 'acompletion',
  api_key: '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b',
  spend: 0.0026795,
  total_tokens: 2614,
  prompt_tokens: 2314,
  completion_tokens: 300,
  startTime: '2026-10-01T08:00:00.250Z',
  endTime: '2026-10-01T08:00:02.750Z',
  completionStartTime: '2026-10-01T08:00:00.900Z',
  model: 'openai/gpt-4o-mini',
  model_id: 'b4f7',
  model_group: 'small',
  custom_llm_provider: 'openai',
  api_base: 'https://api.openai.com/v1/',
  user: 'u-7',
  metadata: {
    user_api_key_alias: 'support-bot',
    status: 'success',
    usage_object: {
      prompt_tokens: 2314,
      completion_tokens: 300,
      total_tokens: 2614,
      prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 64 },
    },
    additional_usage_values: { prompt_tokens_details: { cached_tokens: 1024 } },
    spend_logs_metadata: { feature: 'answers' },
  },
  cache_hit: 'False',
  cache_key: 'Cache OFF',
  request_tags: ['feature_name:chat', 'blue', 'User-Agent: curl'],
  team_id: 'growth',
  end_user: 'acme',
  session_id: 's-1',
  status: 'success',
};

/** Anthropic behind LiteLLM, as PostgreSQL's CSV has it: texts, times without a zone. */
export const spendLogOfCsv: JsonObject = {
  request_id: 'msg_01X',
  call_type: 'anthropic_messages',
  api_key: '',
  spend: '1.2e-05',
  total_tokens: '9558',
  prompt_tokens: '9514',
  completion_tokens: '44',
  startTime: '2026-10-01 08:00:00.25',
  endTime: '2026-10-01 08:00:02',
  completionStartTime: '2026-10-01 08:00:02',
  model: 'claude-haiku-4-5-20251001',
  custom_llm_provider: 'anthropic',
  metadata:
    '{"usage_object":{"prompt_tokens":9514,"completion_tokens":44,"total_tokens":9558,"cache_creation_input_tokens":2,"cache_read_input_tokens":9500,"prompt_tokens_details":{"cached_tokens":9500}}}',
  cache_hit: 'False',
  request_tags: '[]',
  team_id: '',
  end_user: 'acme',
};

/** Shaped as openai-node 6 types `UsageCompletionsResponse.Data`; values are ours. Read 2026-11-23. */
export const openaiBucket: JsonObject = {
  object: 'bucket',
  start_time: 1_759_622_400,
  end_time: 1_759_708_800,
  results: [
    {
      object: 'organization.usage.completions.result',
      input_tokens: 59_200,
      output_tokens: 10_646,
      input_cached_tokens: 5_760,
      input_audio_tokens: 40,
      input_cached_audio_tokens: 2,
      output_audio_tokens: 7,
      num_model_requests: 10,
      project_id: 'proj_a',
      user_id: 'user-1',
      api_key_id: 'key_1',
      model: 'gpt-4o-2024-08-06',
      batch: false,
      service_tier: 'default',
    },
    {
      object: 'organization.usage.completions.result',
      input_tokens: 8,
      output_tokens: 2,
      num_model_requests: 1,
      model: 'gpt-4o-2024-08-06',
      batch: true,
    },
  ],
};

export const otherUsageBucket: JsonObject = {
  object: 'bucket',
  start_time: 1_759_622_400,
  end_time: 1_759_626_000,
  results: [
    {
      object: 'organization.usage.embeddings.result',
      input_tokens: 16,
      num_model_requests: 2,
      model: 'text-embedding-3-small',
    },
    {
      object: 'organization.usage.images.result',
      images: 2,
      num_model_requests: 2,
      size: '1024x1024',
      source: 'image.edit',
      model: 'dall-e-3',
    },
    { object: 'organization.usage.audio_speeches.result', characters: 45, num_model_requests: 1, model: 'tts-1' },
    {
      object: 'organization.usage.audio_transcriptions.result',
      seconds: 20.5,
      num_model_requests: 1,
      model: 'whisper-1',
    },
    { object: 'organization.usage.code_interpreter_sessions.result', num_sessions: 3 },
    {
      object: 'organization.usage.web_searches.result',
      num_model_requests: 4,
      num_requests: 9,
      model: 'gpt-5-2025-08-07',
    },
  ],
};

/** A row of the usage page's completions CSV: columns as users published them, October 2025; values are ours. */
export const openaiCsvRow: JsonObject = {
  start_time: '1759708800',
  end_time: '1759795200',
  start_time_iso: '2025-10-06T00:00:00+00:00',
  end_time_iso: '2025-10-07T00:00:00+00:00',
  project_id: 'proj_a',
  num_model_requests: '8.0',
  user_id: 'user-1',
  api_key_id: 'key_1',
  model: 'gpt-5-2025-08-07',
  batch: 'FALSE',
  service_tier: 'default',
  input_tokens: '46264.0',
  output_tokens: '60000.0',
  input_cached_tokens: '8192.0',
};

/** Shaped as the Admin API reference prints it (Get Messages Usage Report, read 2026-11-23); values are ours. */
export const anthropicBucket: JsonObject = {
  starting_at: '2026-08-01T00:00:00Z',
  ending_at: '2026-08-02T00:00:00Z',
  results: [
    {
      uncached_input_tokens: 1500,
      cache_creation: { ephemeral_1h_input_tokens: 1000, ephemeral_5m_input_tokens: 500 },
      cache_read_input_tokens: 200,
      output_tokens: 500,
      server_tool_use: { web_search_requests: 10 },
      api_key_id: 'apikey_01A',
      workspace_id: 'wrkspc_01B',
      model: 'claude-sonnet-4-5-20250929',
      service_tier: 'standard',
      context_window: '0-200k',
      inference_geo: 'not_available',
    },
    {
      uncached_input_tokens: 7,
      cache_creation: null,
      cache_read_input_tokens: 0,
      output_tokens: 1,
      server_tool_use: { web_search_requests: 0 },
      api_key_id: null,
      workspace_id: null,
      model: 'claude-sonnet-4-5-20250929',
      service_tier: 'batch',
      context_window: '200k-1M',
      inference_geo: 'us',
    },
  ],
};

/** A row of the Console's CSV. Header as users published it, March to August 2026; values are ours. */
export const anthropicCsvRow: JsonObject = {
  usage_date_utc: '2026-08-05',
  model_version: 'claude-haiku-4-5-20251001',
  api_key: 'closer-app',
  workspace: 'Default',
  usage_type: 'standard',
  context_window: '≤ 200k',
  usage_input_tokens_no_cache: '46981',
  usage_input_tokens_cache_write_5m: '15969',
  usage_input_tokens_cache_write_1h: '0',
  usage_input_tokens_cache_read: '12',
  usage_output_tokens: '16932',
  web_search_count: '3',
  inference_geo: 'global',
  speed: '',
};

/** As `GET /api/v1/calls/{id}` answers. */
export const ownCall: JsonObject = {
  id: `${'ab'.repeat(16)}-${'cd'.repeat(8)}`,
  started_at: '2026-10-01T08:00:00.250001Z',
  duration_ms: 1234.5,
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  request_model: 'claude-haiku-4-5',
  operation: 'chat',
  outcome: 'ok',
  service: 'api',
  tags: { customer_id: 'acme' },
  usage: { input_tokens: 9514, cache_read_tokens: 9511, output_tokens: 44 },
  usage_status: 'reported',
  cost: '0.0106741',
  currency: 'USD',
  cost_status: 'priced',
  context: { service_tier: 'standard' },
  parent_span_id: null,
  response_id: 'msg_1',
  error_type: null,
  time_to_first_chunk_ms: 300,
};
