import { COSTSPAN, GEN_AI } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { withTags } from '../tags/context-tags.ts';
import { chatDialect, messagesDialect } from '../testing/dialects/stainless.ts';
import { expectEnding, theSpan } from '../testing/one-span.contract.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startStage } from '../testing/stage.contract.ts';
import { wrapFetch } from './wrap-fetch.ts';

const { telemetry, server } = startStage();
const { esm } = loadCopies();
const chat = chatDialect('esm', esm.openai);
const messages = messagesDialect('esm', esm.anthropic);
const observed = wrapFetch(fetch);

const world = () => ({ telemetry, server });
const ask = (path: string, params: object, signal: AbortSignal | null = null) =>
  observed(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(params), signal });
const whole = { body: JSON.stringify(chat.body) };
const streamed = { body: chat.events };

/** Every way to read a streamed body that goes through JavaScript. */
const READS: Readonly<Record<string, (response: Response) => Promise<string>>> = {
  text: (response) => response.text(),
  reader: async (response) => {
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (let step = await reader.read(); !step.done; step = await reader.read()) text += decoder.decode(step.value);
    return text;
  },
  iterator: async (response) => {
    let text = '';
    for await (const bytes of response.body!) text += Buffer.from(bytes).toString();
    return text;
  },
  pipe: async (response) => {
    let text = '';
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) text += part;
    return text;
  },
  tee: async (response) => {
    const [left, right] = response.body!.tee();
    await new Response(left).text();
    return new Response(right).text();
  },
};

describe('a plain request to a model', () => {
  test.each(['json', 'text', 'arrayBuffer'] as const)('read by %s is one call', async (how) => {
    server.answerWith(whole);
    const response = await withTags({ customer_id: 'acme' }, () => ask('/v1/chat/completions', chat.params));
    expect(response).toBeInstanceOf(Response);
    await response[how]();
    await expectEnding(world(), chat, 'ok', { [GEN_AI.requestModel]: 'gpt-5', 'costspan.tag.customer_id': 'acme' });
  });

  test.each(Object.entries(READS))('whose stream is read by %s is one call', async (_how, read) => {
    server.answerWith(streamed);
    const response = await ask('/v1/chat/completions', { ...chat.params, stream: true });
    expect(await read(response)).toBe(chat.events.join(''));
    await expectEnding(world(), chat, 'ok');
  });

  test('speaks the words of its path', async () => {
    server.answerWith({ body: JSON.stringify(messages.body) });
    await (await ask('/v1/messages', messages.params)).json();
    await expectEnding(world(), messages, 'ok', { [GEN_AI.providerName]: 'anthropic' });
  });

  test('that fails is one failed call', async () => {
    server.answerWith({ status: 429, body: '{}' });
    const response = await ask('/v1/chat/completions', chat.params);
    expect(response.status).toBe(429);
    await expectEnding(world(), chat, 'error', { 'error.type': '429' });
  });

  test('that is given up in the middle is a cancelled call', async () => {
    server.answerWith({ body: chat.events.slice(0, 3), ending: 'hang' });
    const response = await ask('/v1/chat/completions', { ...chat.params, stream: true });
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    await expectEnding(world(), chat, 'cancelled');
  });

  test('to anything else is left alone', async () => {
    server.answerWith(whole);
    await (await ask('/v1/files', { purpose: 'batch' })).json();
    await (await observed(server.url)).json();
    await (await observed(`${server.url}/v1/chat/completions`, { method: 'POST', body: 'no json' })).json();
    expect(telemetry.spans()).toEqual([]);
  });

  test("made by an observed SDK is that SDK's call", async () => {
    server.answerWith(whole);
    const client = new esm.openai.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, fetch: observed });
    await client.chat.completions.create(chat.params as never);
    const span = await theSpan(world());
    expect(span.attributes[COSTSPAN.billable]).toBe(true);
  });
});
