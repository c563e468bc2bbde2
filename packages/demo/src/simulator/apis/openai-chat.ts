import { ALPHANUMERIC } from '../../random.ts';
import { readAutomaticCache } from '../automatic-cache.ts';
import { type Generation, generate } from '../generate.ts';
import { openaiModel, servedTier } from '../openai-call.ts';
import { invalid, isRecord, optionalChoice, optionalInteger, requiredList, textOf } from '../request-fields.ts';
import type { RequestBody, SimulatedApi, StreamEvent } from '../simulated-api.ts';
import { countTokens } from '../tokens.ts';

/** `POST /v1/chat/completions`. A stream tells its usage only when `stream_options.include_usage` asks for it. */
export const openaiChat: SimulatedApi = {
  path: '/v1/chat/completions',
  format: 'openai',
  answer(body, { random, cache, nowMs }) {
    const model = openaiModel(body, 'text');
    const prompt = promptOf(requiredList(body, 'messages'));
    const tier = servedTier(body);
    const effort = optionalChoice(body, 'reasoning_effort', ['none', 'minimal', 'low', 'medium', 'high', 'xhigh']);
    const generation = generate(
      {
        model,
        prompt: prompt.text,
        tokensMax: optionalInteger(body, 'max_completion_tokens') ?? optionalInteger(body, 'max_tokens'),
        slowness: tier.slowness,
        ...(effort === 'none' || effort === 'minimal' ? { reasoningShare: 0 } : {}),
      },
      random,
    );
    const cached = readAutomaticCache(cache, model, prompt.text, nowMs);
    const usage = usageOf(prompt.tokens, generation, {
      cached_tokens: cached.cachedTokens,
      ...(model.reportsCacheWrites ? { cache_write_tokens: cached.writtenTokens } : {}),
      audio_tokens: 0,
    });
    const envelope = {
      id: `chatcmpl-${random.text(29, ALPHANUMERIC)}`,
      created: Math.floor(nowMs / 1000),
      model: model.served,
      service_tier: tier.name,
      system_fingerprint: `fp_${random.hex(10)}`,
    };
    if (body['stream'] === true) {
      return { kind: 'stream', events: chunksOf(envelope, generation, includesUsage(body) ? usage : undefined) };
    }
    return {
      kind: 'json',
      delayMs: generation.durationMs,
      body: {
        ...envelope,
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: generation.text, refusal: null, annotations: [] },
            logprobs: null,
            finish_reason: generation.finished,
          },
        ],
        usage,
      },
    };
  },
};

const MESSAGE_TOKENS = 4;
const PRIMING_TOKENS = 3;

function promptOf(messages: readonly unknown[]): { readonly text: string; readonly tokens: number } {
  let tokens = PRIMING_TOKENS;
  const texts = messages.map((message, index) => {
    if (!isRecord(message) || typeof message['role'] !== 'string') {
      throw invalid(`messages[${index}].role`, `Missing required parameter: 'messages[${index}].role'.`);
    }
    const text = textOf(message['content']);
    tokens += MESSAGE_TOKENS + countTokens(text);
    return text;
  });
  return { text: texts.join('\n'), tokens };
}

function usageOf(promptTokens: number, generation: Generation, promptDetails: object): object {
  const completionTokens = generation.textTokens + generation.reasoningTokens;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: promptDetails,
    completion_tokens_details: {
      reasoning_tokens: generation.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function includesUsage(body: RequestBody): boolean {
  const options = body['stream_options'];
  return isRecord(options) && options['include_usage'] === true;
}

/** With a usage asked for, every chunk carries `usage: null` and one more chunk without choices carries the counts. */
function chunksOf(envelope: object, generation: Generation, usage: object | undefined): StreamEvent[] {
  const chunk = (delayMs: number, delta: object, finishReason: string | null): StreamEvent => ({
    delayMs,
    data: {
      ...envelope,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(usage === undefined ? {} : { usage: null }),
    },
  });
  return [
    chunk(generation.firstTokenMs, { role: 'assistant', content: '', refusal: null }, null),
    ...generation.chunks.map((piece) => chunk(piece.delayMs, { content: piece.text }, null)),
    chunk(0, {}, generation.finished),
    ...(usage === undefined
      ? []
      : [{ delayMs: 0, data: { ...envelope, object: 'chat.completion.chunk', choices: [], usage } }]),
    { delayMs: 0, data: '[DONE]' },
  ];
}
