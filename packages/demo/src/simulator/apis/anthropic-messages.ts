import { ALPHANUMERIC, type Random } from '../../random.ts';
import { type CacheTtl, type DeclaredCacheUse, type PromptBlock, readDeclaredCache } from '../declared-cache.ts';
import { type Generation, generate } from '../generate.ts';
import { findModel, type SimulatedModel } from '../models.ts';
import { ProviderError } from '../provider-error.ts';
import { invalid, isRecord, optionalInteger, requiredList, requiredText, textOf } from '../request-fields.ts';
import type { RequestBody, SimulatedApi, StreamEvent } from '../simulated-api.ts';
import { countTokens } from '../tokens.ts';

/**
 * `POST /v1/messages`. Input counts leave the cached tokens out; a stream states its input usage in `message_start` and the
 * final counts in `message_delta`.
 */
export const anthropicMessages: SimulatedApi = {
  path: '/v1/messages',
  format: 'anthropic',
  answer(body, { random, cache, nowMs }) {
    const model = modelOf(body);
    const tokensMax = optionalInteger(body, 'max_tokens');
    if (tokensMax === undefined) throw invalid('max_tokens', 'max_tokens: Field required');
    const blocks = blocksOf(body);
    const thinks = isThinking(body);
    const generation = generate(
      { model, prompt: blocks.at(-1)?.text ?? '', tokensMax, reasoningShare: thinks ? THINKING_SHARE : 0 },
      random,
    );
    const used = readDeclaredCache(cache, model, blocks, nowMs);
    const message = {
      model: model.served,
      id: `msg_01${random.text(22, ALPHANUMERIC)}`,
      type: 'message',
      role: 'assistant',
      stop_sequence: null,
      stop_details: null,
      container: null,
    };
    const content = contentOf(generation, thinks, random);
    const stopReason = generation.finished === 'length' ? 'max_tokens' : 'end_turn';
    if (body['stream'] === true) {
      return { kind: 'stream', events: eventsOf(message, content, generation, used, stopReason) };
    }
    return {
      kind: 'json',
      delayMs: generation.durationMs,
      body: {
        ...message,
        content,
        stop_reason: stopReason,
        usage: { ...inputUsage(used), ...outputUsage(generation), ...SERVED },
      },
    };
  },
};

const THINKING_SHARE = 0.6;
const PRIMING_TOKENS = 6;
const SERVED = { server_tool_use: null, service_tier: 'standard', speed: 'standard', inference_geo: 'global' };

function modelOf(body: RequestBody): SimulatedModel {
  const name = requiredText(body, 'model');
  const model = findModel('anthropic', name);
  if (model === undefined) throw new ProviderError('not_found', `model: ${name}`);
  return model;
}

/** The prompt in the order in which its prefix is cached: tools, system, messages. */
function blocksOf(body: RequestBody): PromptBlock[] {
  const messages = requiredList(body, 'messages');
  const tools = Array.isArray(body['tools']) ? body['tools'] : [];
  const system = body['system'];
  const blocks = [
    ...tools.map((tool) => blockOf(JSON.stringify(tool), tool)),
    ...(typeof system === 'string' ? [blockOf(system)] : contentBlocks(system)),
    ...messages.flatMap((message, index) => {
      if (!isRecord(message) || (message['role'] !== 'user' && message['role'] !== 'assistant')) {
        throw invalid(`messages.${index}.role`, `messages.${index}.role: Input should be 'user' or 'assistant'`);
      }
      const content = message['content'];
      return typeof content === 'string' ? [blockOf(content)] : contentBlocks(content);
    }),
  ];
  return blocks.map((block, index) => (index === 0 ? { ...block, tokens: block.tokens + PRIMING_TOKENS } : block));
}

function contentBlocks(content: unknown): PromptBlock[] {
  return Array.isArray(content) ? content.map((part: unknown) => blockOf(textOf([part]), part)) : [];
}

function blockOf(text: string, part?: unknown): PromptBlock {
  const ttl = isRecord(part) ? ttlOf(part['cache_control']) : undefined;
  return { text, tokens: countTokens(text), ...(ttl === undefined ? {} : { ttl }) };
}

function ttlOf(control: unknown): CacheTtl | undefined {
  if (!isRecord(control)) return undefined;
  const ttl = control['ttl'] ?? '5m';
  if (ttl !== '5m' && ttl !== '1h') {
    throw invalid('cache_control.ttl', "cache_control.ttl: Input should be '5m' or '1h'");
  }
  return ttl;
}

function isThinking(body: RequestBody): boolean {
  const thinking = body['thinking'];
  return isRecord(thinking) && (thinking['type'] === 'enabled' || thinking['type'] === 'adaptive');
}

type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string };

function contentOf(generation: Generation, thinks: boolean, random: Random): ContentBlock[] {
  const thinking: ContentBlock = { type: 'thinking', thinking: THOUGHT, signature: random.text(88, ALPHANUMERIC) };
  return [...(thinks ? [thinking] : []), { type: 'text', text: generation.text }];
}

const THOUGHT =
  'The question is about the workspace. The knowledge base covers it; a short answer with the next step is best.';

function inputUsage(used: DeclaredCacheUse): object {
  return {
    input_tokens: used.freshTokens,
    cache_creation_input_tokens: used.written5mTokens + used.written1hTokens,
    cache_read_input_tokens: used.readTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: used.written5mTokens,
      ephemeral_1h_input_tokens: used.written1hTokens,
    },
  };
}

function outputUsage(generation: Generation): object {
  return {
    output_tokens: generation.textTokens + generation.reasoningTokens,
    ...(generation.reasoningTokens > 0
      ? { output_tokens_details: { thinking_tokens: generation.reasoningTokens } }
      : {}),
  };
}

function eventsOf(
  message: object,
  content: readonly ContentBlock[],
  generation: Generation,
  used: DeclaredCacheUse,
  stopReason: string,
): StreamEvent[] {
  const events: StreamEvent[] = [];
  const push = (type: string, fields: object, delayMs = 0) =>
    events.push({ delayMs, event: type, data: { type, ...fields } });

  push(
    'message_start',
    {
      message: {
        ...message,
        content: [],
        stop_reason: null,
        usage: { ...inputUsage(used), output_tokens: 1, ...SERVED },
      },
    },
    generation.firstTokenMs,
  );
  content.forEach((block, index) => {
    const delta = (fields: object, delayMs = 0) => push('content_block_delta', { index, delta: fields }, delayMs);
    if (block.type === 'thinking') {
      push('content_block_start', { index, content_block: { type: 'thinking', thinking: '', signature: '' } });
      delta({ type: 'thinking_delta', thinking: block.thinking });
      delta({ type: 'signature_delta', signature: block.signature });
    } else {
      push('content_block_start', { index, content_block: { type: 'text', text: '' } });
      push('ping', {});
      for (const piece of generation.chunks) delta({ type: 'text_delta', text: piece.text }, piece.delayMs);
    }
    push('content_block_stop', { index });
  });
  push('message_delta', {
    delta: { stop_reason: stopReason, stop_sequence: null, stop_details: null },
    usage: { ...inputUsage(used), ...outputUsage(generation) },
  });
  push('message_stop', {});
  return events;
}
