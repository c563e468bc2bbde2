import type * as sdk from '@google/genai';
import type { Dialect } from '../dialect.ts';

export type GoogleModule = Pick<typeof sdk, 'GoogleGenAI'>;

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\r\n\r\n`;

/** Gemini: thoughts and what tools put into the prompt stand beside the counts; the last chunk's are the call's. */
export function geminiDialect(copy: string, { GoogleGenAI }: GoogleModule): Dialect {
  const params = {
    model: 'gemini-3-flash',
    contents: 'hi',
    config: { temperature: 0, automaticFunctionCalling: { disable: true } },
  };
  const answer = (parts: string[], usage: object, finishReason?: string) => ({
    candidates: [
      {
        content: { role: 'model', parts: parts.map((text) => ({ text })) },
        index: 0,
        ...(finishReason ? { finishReason } : {}),
      },
    ],
    modelVersion: 'gemini-3-flash-001',
    responseId: 'r-1',
    usageMetadata: usage,
  });
  const early = { promptTokenCount: 100, totalTokenCount: 100 };
  const final = {
    promptTokenCount: 100,
    cachedContentTokenCount: 64,
    candidatesTokenCount: 15,
    thoughtsTokenCount: 5,
    totalTokenCount: 120,
  };
  const events = [...Array.from({ length: 20 }, () => data(answer(['a'], early))), data(answer([''], final, 'STOP'))];
  const errorBody = { error: { code: 404, message: 'no such model', status: 'NOT_FOUND' } };
  return {
    name: `google/genai ${copy} generateContent`,
    open: (url, { maxRetries = 0, timeout } = {}) => {
      const client = new GoogleGenAI({
        apiKey: 'k',
        httpOptions: {
          baseUrl: url,
          ...(timeout === undefined ? {} : { timeout }),
          ...(maxRetries === 0 ? {} : { retryOptions: { attempts: maxRetries + 1 } }),
        },
      });
      const asked = (signal: AbortSignal | undefined) =>
        signal === undefined ? params : { ...params, config: { ...params.config, abortSignal: signal } };
      return {
        client,
        whole: ({ signal } = {}) => client.models.generateContent(asked(signal)),
        streamed: ({ signal } = {}) => client.models.generateContentStream(asked(signal)),
      };
    },
    params,
    body: answer(['hello'], final, 'STOP'),
    events,
    bareEvents: events,
    partial: 3,
    errorEvent: data({ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }),
    streamErrorType: '503',
    errorBody,
    errorType: '404',
    usage: {
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 64,
      'gen_ai.usage.reasoning.output_tokens': 5,
    },
    partialUsage: { 'gen_ai.usage.input_tokens': 100 },
    finishReason: 'STOP',
    lacks: ['attempts'],
  };
}

/** An interaction: its usage comes with the event that completes it, and the tools' part of the prompt stands beside. */
export function interactionDialect(copy: string, { GoogleGenAI }: GoogleModule): Dialect {
  const params = { model: 'gemini-3-flash', input: 'hi', generation_config: { temperature: 0 } };
  const event = (type: string, more: object) => data({ event_type: type, event_id: '1', ...more });
  const interaction = (status: string, more: object) => ({
    id: 'v1_1',
    object: 'interaction',
    model: 'gemini-3-flash',
    created: '2026-01-01T00:00:00Z',
    updated: '2026-01-01T00:00:00Z',
    status,
    ...more,
  });
  const usage = {
    total_input_tokens: 90,
    total_tool_use_tokens: 10,
    total_cached_tokens: 64,
    total_output_tokens: 15,
    total_thought_tokens: 5,
    total_tokens: 120,
  };
  const events = [
    event('interaction.created', { interaction: interaction('in_progress', {}) }),
    ...Array.from({ length: 20 }, () => event('step.delta', { index: 0, delta: { type: 'text', text: 'a' } })),
    event('interaction.completed', { interaction: interaction('completed', { usage }) }),
  ];
  const errorBody = { error: { code: 404, message: 'no such model', status: 'NOT_FOUND' } };
  return {
    name: `google/genai ${copy} interactions`,
    open: (url, { maxRetries = 0 } = {}) => {
      const retryOptions = maxRetries === 0 ? { attempts: 1 } : { attempts: maxRetries + 1 };
      const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: url, retryOptions } });
      const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { fetch_options: { signal } });
      return {
        client,
        whole: ({ signal } = {}) => client.interactions.create(params, options(signal)),
        streamed: ({ signal } = {}) => client.interactions.create({ ...params, stream: true }, options(signal)),
      };
    },
    params,
    body: interaction('completed', { steps: [], usage }),
    events,
    bareEvents: events,
    partial: 3,
    errorBody,
    errorType: '404',
    usage: {
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 64,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'costspan.meter.input_tool_tokens': 10,
    },
    partialUsage: {},
    finishReason: 'completed',
    lacks: ['attempts', 'timeout', 'retries'],
  };
}
