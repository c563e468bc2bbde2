import { parseRules } from '@costspan/quota';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CostspanInstrumentation } from '../costspan-instrumentation.ts';
import { chatDialect, messagesDialect } from '../testing/dialects/stainless.ts';
import { type ProviderServer, startProviderServer } from '../testing/provider-server.ts';
import { loadCopies } from '../testing/sdk-copies.ts';

// No OpenTelemetry SDK here: no spans, and no context but the one of Node.
const rules = parseRules('format: costspan.quota/1\nrules: [{ id: two, limits: [{ requests: 2, per: day }] }]', 'test');
const instrumentation = new CostspanInstrumentation({ esmHook: false, quota: { rules, timeoutMs: 30_000 } });
const { esm } = loadCopies();
let server: ProviderServer;

beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(async () => {
  instrumentation.disable();
  await server.close();
});

test('limits hold without an OpenTelemetry SDK, for all providers together', async () => {
  const chat = chatDialect('esm', esm.openai);
  const messages = messagesDialect('esm', esm.anthropic);
  server.answerWith({ body: JSON.stringify(chat.body) });
  await chat.open(server.url).whole();
  server.answerWith({ body: JSON.stringify(messages.body) });
  await messages.open(server.url).whole();
  await expect(messages.open(server.url).whole()).rejects.toMatchObject({ status: 429, errorCode: 'quota_exceeded' });
  expect(server.requests).toHaveLength(1);
  await instrumentation.returnQuota();
  await messages.open(server.url).whole();
});
