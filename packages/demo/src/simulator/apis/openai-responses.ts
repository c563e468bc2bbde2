import { readAutomaticCache } from '../automatic-cache.ts';
import { type Generation, generate } from '../generate.ts';
import { openaiId, openaiModel, servedTier } from '../openai-call.ts';
import { ProviderError } from '../provider-error.ts';
import { invalid, isRecord, optionalInteger, textOf } from '../request-fields.ts';
import type { RequestBody, SimulatedApi, StreamEvent } from '../simulated-api.ts';
import { countTokens } from '../tokens.ts';

/** `POST /v1/responses`. A stream is a sequence of numbered, named events; the last one carries the whole response. */
export const openaiResponses: SimulatedApi = {
  path: '/v1/responses',
  format: 'openai',
  answer(body, { random, cache, nowMs }) {
    const model = openaiModel(body, 'text');
    const prompt = promptOf(body);
    const tier = servedTier(body);
    const effort = isRecord(body['reasoning']) ? body['reasoning']['effort'] : undefined;
    const generation = generate(
      {
        model,
        prompt: prompt.text,
        tokensMax: optionalInteger(body, 'max_output_tokens', 16),
        slowness: tier.slowness,
        ...(effort === 'none' || effort === 'minimal' ? { reasoningShare: 0 } : {}),
      },
      random,
    );
    const cached = readAutomaticCache(cache, model, prompt.text, nowMs);
    const outputTokens = generation.textTokens + generation.reasoningTokens;
    const usage = {
      input_tokens: prompt.tokens,
      input_tokens_details: {
        cached_tokens: cached.cachedTokens,
        ...(model.reportsCacheWrites ? { cache_write_tokens: cached.writtenTokens } : {}),
      },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: generation.reasoningTokens },
      total_tokens: prompt.tokens + outputTokens,
    };
    const createdAt = Math.floor(nowMs / 1000);
    const started = {
      ...settingsOf(body),
      id: openaiId('resp_', random),
      object: 'response',
      created_at: createdAt,
      completed_at: null,
      status: 'in_progress',
      error: null,
      incomplete_details: null,
      model: model.served,
      output: [],
      service_tier: 'auto',
      usage: null,
    };
    const reasoning = { id: openaiId('rs_', random), type: 'reasoning', summary: [] };
    const message = { id: openaiId('msg_', random), type: 'message', role: 'assistant' };
    const text = { type: 'output_text', annotations: [], logprobs: [], text: generation.text };
    const cut = generation.finished === 'length';
    const finished = {
      ...started,
      completed_at: cut ? null : createdAt + Math.ceil(generation.durationMs / 1000),
      status: cut ? 'incomplete' : 'completed',
      incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
      output: [
        ...(generation.reasoningTokens > 0 ? [reasoning] : []),
        { ...message, status: cut ? 'incomplete' : 'completed', content: [text] },
      ],
      service_tier: tier.name,
      usage,
    };
    if (body['stream'] !== true) return { kind: 'json', delayMs: generation.durationMs, body: finished };
    return { kind: 'stream', events: eventsOf(started, finished, generation) };
  },
};

const MESSAGE_TOKENS = 4;
const PRIMING_TOKENS = 3;

function promptOf(body: RequestBody): { readonly text: string; readonly tokens: number } {
  const previous = body['previous_response_id'];
  if (typeof previous === 'string') {
    // The simulator stores no responses, as with `store: false`.
    throw new ProviderError('invalid_request', `Previous response with id '${previous}' not found.`, {
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    });
  }
  const input = body['input'];
  if (input === undefined) throw invalid('input', "Missing required parameter: 'input'.");
  if (typeof input !== 'string' && !Array.isArray(input)) {
    throw invalid('input', "Invalid type for 'input': expected a string or an array.");
  }
  const items: readonly unknown[] = typeof input === 'string' ? [{ content: input }] : input;
  const texts = [
    ...(typeof body['instructions'] === 'string' ? [body['instructions']] : []),
    ...items.map((item) => (isRecord(item) ? textOf(item['content']) : '')),
  ];
  return {
    text: texts.join('\n'),
    tokens: texts.reduce((sum, text) => sum + MESSAGE_TOKENS + countTokens(text), PRIMING_TOKENS),
  };
}

/** The request's settings, which every response repeats. */
function settingsOf(body: RequestBody): object {
  return {
    background: false,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: null,
    metadata: body['metadata'] ?? {},
    parallel_tool_calls: true,
    previous_response_id: null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: body['reasoning'] ?? { effort: null, summary: null },
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: body['top_p'] ?? 1,
    truncation: 'disabled',
  };
}

interface FinishedResponse {
  readonly status: string;
  readonly output: readonly { readonly id: string; readonly type: string; readonly content?: readonly object[] }[];
}

function eventsOf(started: object, finished: FinishedResponse, generation: Generation): StreamEvent[] {
  const events: StreamEvent[] = [];
  const push = (type: string, fields: object, delayMs = 0) =>
    events.push({ delayMs, event: type, data: { type, ...fields, sequence_number: events.length } });

  push('response.created', { response: started });
  push('response.in_progress', { response: started });
  finished.output.forEach((item, index) => {
    const place = { output_index: index, item_id: item.id, content_index: 0 };
    const part = item.content?.[0];
    if (part === undefined) {
      push('response.output_item.added', { output_index: index, item });
      push('response.output_item.done', { output_index: index, item });
      return;
    }
    push('response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress', content: [] } });
    push('response.content_part.added', { ...place, part: { ...part, text: '' } }, generation.firstTokenMs);
    for (const piece of generation.chunks) {
      push('response.output_text.delta', { ...place, delta: piece.text, logprobs: [] }, piece.delayMs);
    }
    push('response.output_text.done', { ...place, text: generation.text, logprobs: [] });
    push('response.content_part.done', { ...place, part });
    push('response.output_item.done', { output_index: index, item });
  });
  push(finished.status === 'completed' ? 'response.completed' : 'response.incomplete', { response: finished });
  return events;
}
