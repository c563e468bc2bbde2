import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CostspanInstrumentation, instrumentModule, withTags } from '@costspan/instrumentation';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import * as openaiModule from 'openai';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Running, scratchDirectory, startCostspan } from '../e2e/costspan-process.ts';
import { queryUsage } from '../e2e/usage-api.ts';

const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 },
});
const CALLS = 40;

const provider = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(ANSWER);
});
let collector: Running;
let data: Awaited<ReturnType<typeof scratchDirectory>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  data = await scratchDirectory();
  collector = await startCostspan(['up', '--data', data.path]);
});
afterAll(async () => {
  provider.close();
  await collector.stop('SIGTERM');
  await data.remove();
});

test('where half of the spans arrive too, the collector has every call of the usage sink once, priced', async () => {
  vi.stubEnv('OTEL_TRACES_SAMPLER', 'traceidratio');
  vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', '0.5');
  const instrumentation = new CostspanInstrumentation({ esmHook: false, usageSink: { url: collector.url } });
  const sdk = new NodeSDK({
    instrumentations: [instrumentation],
    traceExporter: new OTLPTraceExporter({ url: new URL('/v1/traces', collector.url).href }),
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
  });
  sdk.start();
  instrumentModule(openaiModule);
  const openai = new openaiModule.OpenAI({
    apiKey: 'k',
    baseURL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`,
  });
  for (let call = 0; call < CALLS; call += 1) {
    await withTags({ customer_id: 'acme' }, () =>
      openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }),
    );
  }
  await instrumentation.shutdown();
  await sdk.shutdown();
  const { rows } = await queryUsage(collector.url, {
    metrics: ['calls', 'cost', 'input_tokens', 'output_tokens'],
    groupBy: ['customer_id'],
  });
  // 1,000 × 0.15 and 200 × 0.60 per million, 40 times.
  expect(rows).toEqual([
    { customer_id: 'acme', calls: CALLS, cost: '0.0108', input_tokens: 1_000 * CALLS, output_tokens: 200 * CALLS },
  ]);
});
