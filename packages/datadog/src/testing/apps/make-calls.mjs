// The same calls for every way of watching them. The simulator answers the same to the same requests.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const LONG = 'The handbook says what to do. '.repeat(400);

/** @param {(tags: object, fn: () => Promise<unknown>) => Promise<unknown>} withTags */
export async function makeCalls(withTags) {
  const options = { maxRetries: 0, logLevel: 'off' };
  // Each SDK is loaded when it is first called: the Vercel AI SDK takes longer than all the calls.
  const openai = once(() => {
    const { OpenAI } = require('openai');
    return new OpenAI({ ...options, apiKey: 'sk-simulated', baseURL: `${process.env.SIMULATOR}/v1` });
  });
  const anthropic = once(() => {
    const { Anthropic } = require('@anthropic-ai/sdk');
    return new Anthropic({ ...options, apiKey: 'sk-ant-simulated', baseURL: process.env.SIMULATOR });
  });
  const ask = (content) => [{ role: 'user', content }];
  const cached = (ttl) => [{ type: 'text', text: LONG, cache_control: { type: 'ephemeral', ttl } }];
  const claude = { model: 'claude-sonnet-4-6', max_tokens: 64 };

  const calls = {
    chat: () => openai().chat.completions.create({ model: 'gpt-4o-mini', messages: ask('chat') }),
    stream: async () => {
      const stream = await openai().chat.completions.create({
        model: 'gpt-5.4-mini',
        stream: true,
        stream_options: { include_usage: true },
        messages: ask('stream'),
      });
      for await (const _ of stream);
    },
    responses: () => openai().responses.create({ model: 'gpt-5.5', input: 'responses' }),
    embeddings: () => openai().embeddings.create({ model: 'text-embedding-3-small', input: 'embeddings' }),
    cacheWrite: () => anthropic().messages.create({ ...claude, system: cached('1h'), messages: ask('write') }),
    cacheRead: () => anthropic().messages.create({ ...claude, system: cached('1h'), messages: ask('read') }),
    anthropicStream: async () => {
      const stream = await anthropic().messages.create({ ...claude, stream: true, messages: ask('stream') });
      for await (const _ of stream);
    },
    streamWithoutUsage: async () => {
      const stream = await openai().chat.completions.create({
        model: 'gpt-4o-mini',
        stream: true,
        messages: ask('no usage'),
      });
      for await (const _ of stream);
    },
    error: () =>
      openai()
        .chat.completions.create({ model: 'no-such-model', messages: ask('error') })
        .catch(() => undefined),
    vercel: () => {
      const { createOpenAI } = require('@ai-sdk/openai');
      const provider = createOpenAI({ apiKey: 'sk-simulated', baseURL: `${process.env.SIMULATOR}/v1` });
      return require('ai').generateText({ model: provider.chat('gpt-5.4-mini'), prompt: 'vercel', maxRetries: 0 });
    },
  };
  const wanted = process.env.CALLS?.split(',') ?? Object.keys(calls);
  for (const name of wanted) {
    await withTags({ customer_id: 'acme', feature_name: name, team: 'growth' }, calls[name]);
  }
}

function once(make) {
  let made;
  return () => (made ??= make());
}
