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
