import { createOpenAI } from '@ai-sdk/openai';
import { OpenTelemetry } from '@ai-sdk/otel';
import { COSTSPAN, GEN_AI, TAG_PREFIX } from '@costspan/usage';
import { SimpleChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type UsageMetadata } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { Agent, type Model, OpenAIProvider, Runner, Usage } from '@openai/agents';
import { generateText, streamText } from 'ai';
import { generateText as generateText5, streamText as streamText5 } from 'ai-5';
import { generateText as generateText6, streamText as streamText6 } from 'ai-6';
import { createOpenAI as createOpenAI2 } from 'ai-openai-2';
import { createOpenAI as createOpenAI3 } from 'ai-openai-3';
import { describe, expect, test } from 'vitest';
import { instrumentClient } from '../instrument-client.ts';
import { withTags } from '../tags/context-tags.ts';
import { chatDialect, responsesDialect } from '../testing/dialects/stainless.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startStage } from '../testing/stage.contract.ts';

const { telemetry, server } = startStage();
const { esm } = loadCopies();
const chat = chatDialect('esm', esm.openai);
const responses = responsesDialect('esm', esm.openai);

const [model, prompt] = ['gpt-5', 'hi'];
const whole = { body: JSON.stringify(chat.body) };
const streamed = { body: chat.events };
const apiOptions = () => ({ apiKey: 'k', baseURL: `${server.url}/v1` });
const drain = async (parts: AsyncIterable<unknown>) => {
  for await (const _part of parts);
};

const v7 = () => createOpenAI(apiOptions()).chat(model);
const v6 = () => instrumentClient(createOpenAI3(apiOptions()).chat(model));
const v5 = () => instrumentClient(createOpenAI2(apiOptions()).chat(model));
const langchain = () => new ChatOpenAI({ model, apiKey: 'k', configuration: { baseURL: `${server.url}/v1` } });

/** What an application does, by how it is put together; every one makes one whole and one streamed request where it can. */
const COMPOSITIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  'AI SDK 7': async () => {
    server.answerWith(whole, streamed);
    await generateText({ model: v7(), prompt });
    await drain(streamText({ model: v7(), prompt }).textStream);
  },
  'AI SDK 7 with @ai-sdk/otel beside us': async () => {
    server.answerWith(whole);
    const registry = globalThis.AI_SDK_TELEMETRY_INTEGRATIONS ?? [];
    const theirs = new OpenTelemetry();
    registry.push(theirs as never);
    try {
      await generateText({ model: v7(), prompt });
    } finally {
      registry.splice(registry.indexOf(theirs as never), 1);
    }
  },
  'AI SDK 7 with an observed model': async () => {
    server.answerWith(whole, streamed);
    await generateText({ model: instrumentClient(v7()), prompt });
    await drain(streamText({ model: instrumentClient(v7()), prompt }).textStream);
  },
  'AI SDK 6 with an observed model': async () => {
    server.answerWith(whole, streamed);
    await generateText6({ model: v6(), prompt });
    await drain(streamText6({ model: v6(), prompt }).textStream);
  },
  'AI SDK 5 with an observed model': async () => {
    server.answerWith(whole, streamed);
    await generateText5({ model: v5(), prompt });
    await drain(streamText5({ model: v5(), prompt }).textStream);
  },
  'LangChain above an observed SDK': async () => {
    server.answerWith(whole, streamed);
    await langchain().invoke(prompt);
    await drain(await langchain().stream(prompt));
  },
  'LangChain, observed itself, above an observed SDK': async () => {
    server.answerWith(whole, streamed);
    await instrumentClient(langchain()).invoke(prompt);
    await drain(await instrumentClient(langchain()).stream(prompt));
  },
  'OpenAI Agents above an observed SDK': async () => {
    server.answerWith({ body: JSON.stringify({ ...responses.body, output: [answer] }) });
    const modelProvider = new OpenAIProvider(apiOptions());
    await new Runner({ modelProvider, tracingDisabled: true }).run(new Agent({ name: 'a', model }), prompt);
  },
  'OpenAI Agents, observed itself, above an observed SDK': async () => {
    server.answerWith({ body: JSON.stringify({ ...responses.body, output: [answer] }) });
    const own = instrumentClient(await new OpenAIProvider(apiOptions()).getModel(model));
    await new Runner({ tracingDisabled: true }).run(new Agent({ name: 'a', model: own }), prompt);
  },
};

const answer = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'hello', annotations: [] }],
};

function billed() {
  return telemetry.spans().filter((span) => span.attributes[COSTSPAN.billable] === true);
}

function sum(attribute: string): number {
  return billed().reduce((total, span) => total + Number(span.attributes[attribute] ?? 0), 0);
}

describe('however an application is put together', () => {
  test.each(Object.entries(COMPOSITIONS))('%s: what is billed is what was served', async (_name, run) => {
    await withTags({ customer_id: 'acme' }, run);
    const served = server.requests.length;
    expect(served).toBeGreaterThan(0);
    expect(billed()).toHaveLength(served);
    expect(sum(GEN_AI.usageInputTokens)).toBe(100 * served);
    expect(sum(GEN_AI.usageOutputTokens)).toBe(20 * served);
    expect(sum(GEN_AI.usageCacheReadInputTokens)).toBe(64 * served);
    for (const span of billed()) {
      expect(span.attributes).toMatchObject({
        [GEN_AI.providerName]: 'openai',
        [GEN_AI.requestModel]: model,
        [COSTSPAN.outcome]: 'ok',
        [`${TAG_PREFIX}customer_id`]: 'acme',
      });
    }
  });
});

describe('a framework above a provider that nobody observes', () => {
  test('a LangChain model is billed by its own message', async () => {
    class OwnModel extends SimpleChatModel {
      override _llmType(): string {
        return 'own';
      }
      override async _call(): Promise<string> {
        return 'hello';
      }
      override async _generate(): Promise<{ generations: { text: string; message: AIMessage }[] }> {
        const message = new AIMessage('hello');
        const usage: UsageMetadata = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };
        Object.assign(message, { usage_metadata: usage });
        return { generations: [{ text: 'hello', message }] };
      }
    }
    await instrumentClient(new OwnModel({})).invoke('hi');
    expect(billed().map(({ attributes }) => attributes)).toMatchObject([
      { [GEN_AI.usageInputTokens]: 7, [GEN_AI.usageOutputTokens]: 3, [COSTSPAN.usageStatus]: 'reported' },
    ]);
  });

  test('a model of OpenAI Agents is billed by its own usage', async () => {
    const own: Model = {
      getResponse: async () => ({
        usage: new Usage({ inputTokens: 7, outputTokens: 3, totalTokens: 10, requests: 1 }),
        output: [
          {
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: 'hello' }],
          },
        ],
      }),
      async *getStreamedResponse() {},
    };
    await new Runner({ tracingDisabled: true }).run(new Agent({ name: 'a', model: instrumentClient(own) }), 'hi');
    expect(billed().map(({ attributes }) => attributes)).toMatchObject([
      { [GEN_AI.usageInputTokens]: 7, [GEN_AI.usageOutputTokens]: 3 },
    ]);
  });

  test('a call beside the framework keeps its own bill', async () => {
    server.answerWith(whole);
    await Promise.all([generateText({ model: v7(), prompt }), chat.open(server.url).whole()]);
    expect(billed()).toHaveLength(2);
  });
});
