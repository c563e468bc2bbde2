import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { doctor } from './doctor.ts';
import { loadedModules } from './loaded-modules.ts';
import { chatDialect } from './testing/dialects/stainless.ts';
import { startProviderServer } from './testing/provider-server.ts';
import { startTelemetry } from './testing/telemetry.ts';

test('an SDK that was required before the instrumentation is observed all the same', async () => {
  expect(loadedModules('openai')).toEqual([]);
  const sdk = createRequire(import.meta.url)('openai') as typeof import('openai');
  expect(loadedModules('openai')).toEqual([{ exports: sdk, version: '7.57.0' }]);
  const client = new sdk.OpenAI({ apiKey: 'k' });

  const telemetry = startTelemetry();
  expect(doctor(client).clients).toEqual([true]);
  const server = await startProviderServer();
  const chat = chatDialect('cjs', sdk);
  server.answerWith({ body: JSON.stringify(chat.body) });
  await chat.open(server.url).whole();
  expect(telemetry.spans()).toHaveLength(1);
  await server.close();
  await telemetry.stop();
});
