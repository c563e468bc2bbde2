import { readFileSync } from 'node:fs';
import { CostspanInstrumentation, instrumentClient, withTags } from '@costspan/instrumentation';
import { parseRules } from '@costspan/quota';
import { RedisStore } from '@costspan/quota/redis';
import { Redis } from 'ioredis';
import { OpenAI } from 'openai';

// One of several applications whose hook shares a budget in Redis: when told to, makes `calls` calls at once, says what became of
// them, and then ends or waits to be killed with its calls open.

const [socket = '', rulesFile = '', provider = '', calls = '0'] = process.argv.slice(2);

const client = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: null });
client.on('error', () => {});
const instrumentation = new CostspanInstrumentation({
  esmHook: false,
  quota: {
    rules: parseRules(readFileSync(rulesFile, 'utf8'), rulesFile),
    store: new RedisStore(client),
    timeoutMs: 60_000,
  },
});
const openai = instrumentClient(new OpenAI({ apiKey: 'k', baseURL: `${provider}/v1`, maxRetries: 0 }));

async function one(): Promise<'made' | 'refused' | 'failed'> {
  try {
    await withTags({ customer_id: 'acme' }, () =>
      openai.chat.completions.create({ model: 'gpt-4o', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }),
    );
    return 'made';
  } catch (error) {
    return error instanceof OpenAI.RateLimitError ? 'refused' : 'failed';
  }
}

await client.ping();
process.send?.({ ready: true });
process.once('message', async () => {
  const became = await Promise.all(Array.from({ length: Number(calls) }, one));
  await instrumentation.returnQuota();
  const count = (what: string) => became.filter((one) => one === what).length;
  process.send?.({ made: count('made'), refused: count('refused'), failed: count('failed') });
  instrumentation.disable();
  client.disconnect();
  process.disconnect?.();
});
