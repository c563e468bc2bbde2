import { COSTSPAN, GEN_AI, GEN_AI_SCHEMA_URL } from '@costspan/usage';
import * as frozen from '@opentelemetry/semantic-conventions/incubating';
import { describe, expect, test } from 'vitest';
import type { Conventions } from './conventions.ts';
import { chatDialect, messagesDialect } from './testing/dialects/stainless.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startStage } from './testing/stage.contract.ts';

const { telemetry, server } = startStage();
const { esm } = loadCopies();
const messages = messagesDialect('esm', esm.anthropic);
const chat = chatDialect('esm', esm.openai);

const OLDER = 'gen_ai.usage.cache_creation.input_tokens';
const NEWER = 'gen_ai.usage.cache_write.input_tokens';

async function spanIn(conventions: Conventions) {
  telemetry.instrumentation.setConfig({ conventions });
  server.answerWith({ body: JSON.stringify(messages.body) });
  await messages.open(server.url).whole();
  return telemetry.spans()[0]!;
}

describe('spans are written in the generation that was chosen', () => {
  test.each([
    ['latest', [NEWER], GEN_AI_SCHEMA_URL],
    ['v1_41', [OLDER], 'https://opentelemetry.io/schemas/1.41.0'],
    ['both', [OLDER, NEWER], GEN_AI_SCHEMA_URL],
  ] as const)('%s', async (conventions, names, schemaUrl) => {
    const { attributes, instrumentationScope } = await spanIn(conventions);
    expect([OLDER, NEWER].filter((name) => name in attributes)).toEqual(names);
    for (const name of names) expect(attributes[name]).toBe(6);
    expect(instrumentationScope.schemaUrl).toBe(schemaUrl);
    expect(attributes[COSTSPAN.billable]).toBe(true);
  });

  test('v1_41 has no name that its registry does not have', async () => {
    const known = new Set<unknown>(Object.values(frozen));
    const { attributes } = await spanIn('v1_41');
    const names = Object.keys(attributes).filter(
      (name) => !name.startsWith('costspan.') && !name.startsWith('anthropic.'),
    );
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(known.has(GEN_AI.usageInputTokens)).toBe(true);
  });

  test('a name that is none is said, and latest is used', async () => {
    const { attributes } = await spanIn('v2' as never);
    expect(NEWER in attributes).toBe(true);
    expect(telemetry.warnings.join()).toContain('conventions must be one of latest, v1_41, both, not v2');
  });
});

describe('request attributes', () => {
  test('are those that the caller set: zero is a value, and what was left out is absent', async () => {
    telemetry.instrumentation.setConfig({});
    server.answerWith({ body: JSON.stringify(chat.body) });
    await chat.open(server.url).whole();
    const { attributes } = telemetry.spans()[0]!;
    expect(attributes[GEN_AI.requestTemperature]).toBe(0);
    expect(GEN_AI.requestTopP in attributes).toBe(false);
  });
});
