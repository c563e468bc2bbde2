import * as openaiModule from 'openai';
import { afterAll, expect, test } from 'vitest';
import { doctor } from './doctor.ts';
import { instrumentModule } from './instrument-module.ts';
import { startProviderServer } from './testing/provider-server.ts';
import { startTelemetry } from './testing/telemetry.ts';

const telemetry = startTelemetry();
afterAll(() => telemetry.stop());

/** A module of a version that is not out, in which one class is missing and the others are as they were. */
function nextVersion(hasChat: boolean): object {
  class OpenAI extends openaiModule.OpenAI {}
  const { Completions } = openaiModule.OpenAI.Chat;
  Object.assign(OpenAI, { Chat: hasChat ? { Completions: class extends Completions {} } : {} });
  return { OpenAI };
}

test('a bundled module is observed, and clients made before it too', async () => {
  const server = await startProviderServer();
  const client = new openaiModule.OpenAI({ apiKey: 'k', baseURL: server.url });
  expect(doctor(client).clients).toEqual([false]);
  expect(instrumentModule(openaiModule)).toBe(openaiModule);
  expect(doctor(client).clients).toEqual([true]);
  server.answerWith({ body: '{"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}' });
  await client.chat.completions.create({ model: 'gpt-5', messages: [] });
  expect(telemetry.spans()).toHaveLength(1);
  await server.close();
});

test('a version above those we know is probed, observed where its methods are, and said once', () => {
  instrumentModule(nextVersion(true), '8.0.0');
  instrumentModule(nextVersion(false), '9.0.0');
  expect(telemetry.warnings).toEqual([
    expect.stringMatching(/openai 8\.0\.0 is not a version .*\(4, 5, 6, 7\.x\); all of its methods are observed/),
    expect.stringMatching(
      /openai 9\.0\.0 is not a version .*Chat\.Completions\.create: this version has no such class/,
    ),
  ]);
});

test('what is no module of an SDK is said and left alone', () => {
  telemetry.clear();
  const nothing = { answer: 42 };
  expect(instrumentModule(nothing)).toBe(nothing);
  expect(telemetry.warnings).toEqual([expect.stringContaining('this is no module of a known SDK')]);
});
