import { NodeSDK } from '@opentelemetry/sdk-node';
import * as openaiModule from 'openai';
import { CostspanInstrumentation } from '../../costspan-instrumentation.ts';
import { openCallsCount } from '../../open-calls.ts';
import { adoptModule } from '../../patches.ts';
import { openai } from '../../providers/openai.ts';
import { collectGarbage } from '../collect-garbage.ts';

// An application of its own, so that nobody else's memory is measured. One call in ten is streamed, read for one chunk and
// forgotten. Prints what was left behind.
const CALLS = Number(process.argv[2]);
const WARM_UP = 5_000;
const AT_ONCE = 100;
const counted = { ok: 0, abandoned: 0 };

const instrumentation = new CostspanInstrumentation({
  esmHook: false,
  includeUsageHosts: ['example.test'],
  onCall: ({ outcome }) => {
    if (outcome === 'ok' || outcome === 'abandoned') counted[outcome] += 1;
  },
});
let ended = 0;
const spanProcessor = {
  onStart: () => undefined,
  onEnd: () => {
    ended += 1;
  },
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};
const options = { metricReaders: [], logRecordProcessors: [], autoDetectResources: false };
new NodeSDK({ ...options, instrumentations: [instrumentation], spanProcessors: [spanProcessor] }).start();
adoptModule(openai, openaiModule, undefined);

const chunk = { id: 'x', model: 'm', choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] };
const part = new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`);
const whole = JSON.stringify({ ...chunk, usage: { prompt_tokens: 1, completion_tokens: 1 } });
/** A provider without a network. */
const answer: typeof fetch = async (_url, init) => {
  if (!String(init?.body).includes('"stream":true')) {
    return new Response(whole, { headers: { 'content-type': 'application/json' } });
  }
  const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(part) });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};
const client = new openaiModule.OpenAI({ apiKey: 'k', baseURL: 'https://example.test/v1', fetch: answer });

async function make(index: number): Promise<void> {
  const asked = { model: 'm', messages: [] };
  if (index % 10 !== 0) {
    await client.chat.completions.create(asked);
    return;
  }
  const stream = await client.chat.completions.create({ ...asked, stream: true });
  await stream[Symbol.asyncIterator]().next();
}

async function makeMany(count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => make(from + index)));
  }
}

/** Until finalizers have run and nothing is open any more. */
async function settledHeapBytes(): Promise<number> {
  for (let round = 0; round < 10_000 && openCallsCount() > 0; round += 1) {
    collectGarbage();
    await new Promise(setImmediate);
  }
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

await makeMany(WARM_UP);
const before = await settledHeapBytes();
await makeMany(CALLS);
const after = await settledHeapBytes();
process.stdout.write(
  JSON.stringify({ ...counted, ended, calls: WARM_UP + CALLS, open: openCallsCount(), growthBytes: after - before }),
  () => process.exit(),
);
