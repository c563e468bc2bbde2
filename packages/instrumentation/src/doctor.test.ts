import { afterAll, describe, expect, test } from 'vitest';
import { CostspanInstrumentation } from './costspan-instrumentation.ts';
import { doctor } from './doctor.ts';
import { instrumentClient } from './instrument-client.ts';
import { adoptModule } from './patches.ts';
import { PROVIDERS } from './providers/index.ts';
import { openai } from './providers/openai.ts';
import { chatDialect, messagesDialect } from './testing/dialects/stainless.ts';
import { startProviderServer } from './testing/provider-server.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startTelemetry } from './testing/telemetry.ts';

const report = (library: string) => doctor().libraries.find((entry) => entry.library === library)!;

test('the doctor, and clients by themselves, from before the instrumentation to a version we do not know', async () => {
  const before = doctor();
  expect(before).toMatchObject({ enabled: false, tracerProvider: false, esmHook: 'none' });
  expect(before.libraries.map(({ library }) => library)).toEqual(PROVIDERS.map(({ library }) => library));
  expect(report('openai')).toMatchObject({ installed: '7.57.0', copies: [], observed: false });
  expect(report('openai').reason).toContain('create one');

  const telemetry = startTelemetry();
  afterAll(() => telemetry.stop());
  expect(doctor()).toMatchObject({ enabled: true, tracerProvider: true });
  expect(report('openai').reason).toContain('--import @costspan/instrumentation/register');

  // A bundle holds its own classes, which no module hook sees.
  const { OpenAI } = await import('openai');
  const { Anthropic } = await import('@anthropic-ai/sdk');
  const server = await startProviderServer();
  const chat = chatDialect('esm', (await import('openai')) as never);
  const messages = messagesDialect('esm', (await import('@anthropic-ai/sdk')) as never);
  const bundled = {
    openai: new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` }),
    anthropic: new Anthropic({ apiKey: 'k', baseURL: server.url }),
  };
  expect(doctor(bundled.openai, bundled.anthropic).clients).toEqual([false, false]);
  expect(instrumentClient(bundled.openai)).toBe(bundled.openai);
  instrumentClient(instrumentClient(bundled.anthropic));
  expect(doctor(bundled.openai, bundled.anthropic, {}).clients).toEqual([true, true, false]);

  server.answerWith({ body: JSON.stringify(chat.body) });
  await bundled.openai.chat.completions.create({ model: 'gpt-5', messages: [] });
  server.answerWith({ body: JSON.stringify(messages.body) });
  await bundled.anthropic.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages: [] });
  server.answerWith({ body: messages.events });
  await bundled.anthropic.messages.stream({ model: 'claude-opus-5', max_tokens: 5, messages: [] }).finalMessage();
  const expected = [chat.usage, messages.usage, messages.usage];
  expect(telemetry.spans()).toHaveLength(3);
  for (const [index, span] of telemetry.spans().entries()) expect(span.attributes).toMatchObject(expected[index]!);

  // Another client of the same classes is not touched, and disabling leaves none observed.
  expect(doctor(new OpenAI({ apiKey: 'k' })).clients).toEqual([false]);
  telemetry.instrumentation.disable();
  expect(doctor(bundled.openai, bundled.anthropic).clients).toEqual([false, false]);
  expect(Object.hasOwn(bundled.openai.chat.completions, 'create')).toBe(false);
  telemetry.instrumentation.enable();

  loadCopies();
  expect(report('openai')).toMatchObject({ observed: true, reason: 'calls are observed (esm 7.57.0, cjs 7.57.0)' });

  // A future version without one of the classes: what is there is observed, what is not is named.
  class Completions {
    async create(): Promise<object> {
      return { id: 'x', model: 'm', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } };
    }
    readonly _client = { baseURL: 'https://api.openai.com/v1' };
  }
  const Future = Object.assign(class {}, { Chat: { Completions }, Completions: class {} });
  adoptModule(openai, { OpenAI: Future }, '8.0.0');
  expect(report('openai')).toMatchObject({ observed: false });
  expect(report('openai').reason).toContain('Responses.create (this version has no such class)');
  expect(report('openai').reason).toContain('Completions.create (this version has no such method)');
  expect(telemetry.warnings.join()).toContain('openai 8.0.0 is not a version this was tested with (4, 5, 6, 7.x)');
  telemetry.clear();
  await new Completions().create();
  expect(telemetry.spans()[0]!.attributes).toMatchObject({
    'gen_ai.usage.input_tokens': 1,
    'gen_ai.provider.name': 'openai',
  });
  await server.close();
});

describe('instrumentClient', () => {
  test('says when it is given something else', () => {
    const telemetry = startTelemetry();
    const stranger = { chat: {} };
    expect(instrumentClient(stranger)).toBe(stranger);
    expect(telemetry.warnings.join()).toContain('no client of a known SDK');
    telemetry.instrumentation.disable();
  });

  test('needs no instrumentation of the application’s', async () => {
    const { OpenAI } = await import('openai');
    const client = instrumentClient(new OpenAI({ apiKey: 'k' }));
    expect(doctor(client)).toMatchObject({ enabled: true, clients: [true] });
    expect(new CostspanInstrumentation({ esmHook: false, enabled: false }).isEnabled()).toBe(false);
  });
});
