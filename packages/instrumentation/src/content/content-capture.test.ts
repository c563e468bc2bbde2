import { describe, expect, test } from 'vitest';
import type { Dialect } from '../testing/dialect.ts';
import { converseDialect } from '../testing/dialects/bedrock.ts';
import { cohereDialect } from '../testing/dialects/cohere.ts';
import { geminiDialect } from '../testing/dialects/google.ts';
import { mistralDialect } from '../testing/dialects/mistral.ts';
import { ollamaDialect } from '../testing/dialects/ollama.ts';
import { chatDialect, messagesDialect, responsesDialect } from '../testing/dialects/stainless.ts';
import { all } from '../testing/one-span.contract.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startStage } from '../testing/stage.contract.ts';
import type { CallContent } from './content-capture.ts';

const { telemetry, server } = startStage();
const { esm, cjs } = loadCopies();
const chat = chatDialect('esm', esm.openai);
const DIALECTS = [
  chat,
  responsesDialect('esm', esm.openai),
  messagesDialect('esm', esm.anthropic),
  geminiDialect('esm', esm.google),
  converseDialect('esm', esm.bedrock),
  mistralDialect('esm', esm.mistral),
  cohereDialect('cjs', cjs.cohere),
  ollamaDialect('esm', esm.ollama),
];

const attributes = () => telemetry.spans()[0]!.attributes;
const whole = (dialect: Dialect = chat) => {
  server.answerWith({ body: JSON.stringify(dialect.body) });
  return dialect.open(server.url).whole();
};

describe('prompts and answers', () => {
  test.each(DIALECTS)('of $name are kept by nobody unless it is asked for', async (dialect) => {
    telemetry.instrumentation.setConfig({});
    await whole(dialect);
    expect(JSON.stringify(attributes())).not.toMatch(/messages|system_instructions|hello/);
  });

  test.each(DIALECTS)('of $name are on the span where it is, whole and streamed', async (dialect) => {
    telemetry.instrumentation.setConfig({ captureContent: true });
    await whole(dialect);
    expect(attributes()['gen_ai.input.messages']).toContain('hi');
    if ('choices' in dialect.body || !('status' in dialect.body)) {
      expect(attributes()['gen_ai.output.messages']).toContain(dialect.name.startsWith('ollama') ? 'a' : 'hello');
    }
    telemetry.clear();
    const type = dialect.streamType === undefined ? {} : { headers: { 'content-type': dialect.streamType } };
    server.answerWith({ ...type, body: dialect.events });
    await all(await dialect.open(server.url).streamed());
    expect(attributes()['gen_ai.output.messages']).toContain('a'.repeat(20));
  });

  test('are cut, redacted, and kept nowhere when redaction fails', async () => {
    telemetry.instrumentation.setConfig({ captureContent: { lengthMax: 5 } });
    await whole();
    expect(attributes()['gen_ai.input.messages']).toHaveLength(5);
    telemetry.clear();
    telemetry.instrumentation.setConfig({
      captureContent: { redact: (content, part) => (part === 'input' ? content.replaceAll('hi', '**') : undefined) },
    });
    await whole();
    expect(attributes()['gen_ai.input.messages']).toContain('**');
    expect('gen_ai.output.messages' in attributes()).toBe(false);
    telemetry.clear();
    const redact = () => {
      throw new Error('mine');
    };
    telemetry.instrumentation.setConfig({ captureContent: { redact } });
    await whole();
    expect('gen_ai.input.messages' in attributes()).toBe(false);
  });

  test('can go elsewhere instead', async () => {
    const uploaded: CallContent[] = [];
    telemetry.instrumentation.setConfig({
      captureContent: { onSpans: false, upload: (content) => uploaded.push(content) },
    });
    await whole();
    expect('gen_ai.input.messages' in attributes()).toBe(false);
    expect(uploaded).toMatchObject([
      { spanId: telemetry.spans()[0]!.spanContext().spanId, input: expect.stringContaining('hi') },
    ]);
  });

  test.each([{ 'X-TFY-LOGGING-CONFIG': '{"enabled": false}' }, { 'x-tfy-metadata': '{"tfy_log_request":"false"}' }])(
    'of a request with %j are not kept, and it is metered all the same',
    async (headers) => {
      telemetry.instrumentation.setConfig({ captureContent: true });
      server.answerWith({ body: JSON.stringify(chat.body) });
      const client = new esm.openai.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` });
      await client.chat.completions.create(
        { model: 'gpt-5', messages: [{ role: 'user', content: 'hi' }] },
        { headers },
      );
      expect('gen_ai.input.messages' in attributes()).toBe(false);
      expect(attributes()).toMatchObject(chat.usage);
    },
  );
});
