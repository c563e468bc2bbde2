import { setTimeout as later, setImmediate as nextTurn } from 'node:timers/promises';
import { TAG_PREFIX, TAGS_MAX } from '@costspan/usage';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { beforeEach, describe, expect, test } from 'vitest';
import { converseDialect } from '../testing/dialects/bedrock.ts';
import { cohereDialect } from '../testing/dialects/cohere.ts';
import { geminiDialect } from '../testing/dialects/google.ts';
import { mistralDialect } from '../testing/dialects/mistral.ts';
import { ollamaDialect } from '../testing/dialects/ollama.ts';
import { chatDialect } from '../testing/dialects/stainless.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startStage } from '../testing/stage.contract.ts';
import { callTags } from './call-tags.ts';
import { currentTags, withTags } from './context-tags.ts';
import { setClientTags } from './set-client-tags.ts';

const { telemetry, server } = startStage();
const { esm, cjs } = loadCopies();
const { openai: sdk } = esm;
const chat = chatDialect('esm', sdk);
const params = { model: 'gpt-5', messages: [{ role: 'user' as const, content: 'hi' }] };
beforeEach(() => {
  telemetry.instrumentation.setConfig({});
  server.answerWith({ body: JSON.stringify(chat.body) });
});

const open = () => new sdk.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 });

function tagsOf(span: ReadableSpan | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(span?.attributes ?? {})
      .filter(([key]) => key.startsWith(TAG_PREFIX))
      .map(([key, value]) => [key.slice(TAG_PREFIX.length), value]),
  );
}

async function tagsOfCall(client = open(), options?: object): Promise<Record<string, unknown>> {
  telemetry.clear();
  await client.chat.completions.create(params, options);
  return tagsOf(telemetry.spans()[0]);
}

test('tags are handed to a worker as they are, removals included', async () => {
  telemetry.instrumentation.setConfig({ tags: { team: 'growth', customer_id: 'nobody' } });
  const handed = withTags({ customer_id: 'acme', team: undefined }, currentTags);
  // What a message to a worker makes of it.
  const received = structuredClone(handed);
  expect(await withTags(received, () => tagsOfCall())).toEqual({ customer_id: 'acme' });
  expect(currentTags()).toEqual({});
});

describe('where tags come from', () => {
  test('a call’s own tags win over the context’s, those over the client’s, those over the process’s', async () => {
    telemetry.instrumentation.setConfig({ tags: { a: 'process', b: 'process', c: 'process', d: 'process' } });
    const client = setClientTags(open(), { b: 'client', c: 'client', d: 'client' });
    const tags = await withTags({ c: 'context', d: 'context' }, () => tagsOfCall(client, callTags({ d: 'call' })));
    expect(tags).toEqual({ a: 'process', b: 'client', c: 'context', d: 'call' });
  });

  test('inner tags are laid over outer ones key by key, and end with their function', async () => {
    await withTags({ customer_id: 'acme', team: 'growth' }, async () => {
      expect(await withTags({ team: 'core' }, () => tagsOfCall())).toEqual({ customer_id: 'acme', team: 'core' });
      expect(await tagsOfCall()).toEqual({ customer_id: 'acme', team: 'growth' });
    });
    expect(await tagsOfCall()).toEqual({});
  });

  test('undefined removes what an outer place set', async () => {
    telemetry.instrumentation.setConfig({ tags: { team: 'growth', environment: 'prod' } });
    const tags = await withTags({ customer_id: 'acme', team: undefined }, () =>
      tagsOfCall(open(), callTags({ customer_id: undefined })),
    );
    expect(tags).toEqual({ environment: 'prod' });
  });

  test('numbers and booleans become text, empty text says nothing', async () => {
    expect(await withTags({ user: 42, beta: true, team: '' }, () => tagsOfCall())).toEqual({
      user: '42',
      beta: 'true',
    });
  });

  test('a mistaken tag is left out and said; the others and the call stay', async () => {
    const tags = await withTags({ customer_id: 'acme', 'Not-A-Key': 'x', team: 'y'.repeat(300) }, () => tagsOfCall());
    expect(tags).toEqual({ customer_id: 'acme' });
    expect(server.requests).toHaveLength(1);
  });

  test('a call carries a bounded number of tags', async () => {
    const many = (from: number) =>
      Object.fromEntries(Array.from({ length: TAGS_MAX }, (_, i) => [`tag_${from + i}`, 'x']));
    const tags = await withTags(many(0), () => withTags(many(100), () => tagsOfCall()));
    expect(Object.keys(tags)).toHaveLength(TAGS_MAX);
  });

  test('withTags gives back what the function gives back', () => {
    expect(withTags({ team: 'x' }, () => 7)).toBe(7);
    expect(() =>
      withTags({ team: 'x' }, () => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
  });
});

describe('where tags go', () => {
  test('the per-call option is read and never sent', async () => {
    const options = Object.freeze({
      headers: { 'x-mine': '1' },
      costspan: Object.freeze({ tags: { customer_id: 'acme' } }),
    });
    expect(await tagsOfCall(open(), options)).toEqual({ customer_id: 'acme' });
    expect(server.requests[0]!.headers['x-mine']).toBe('1');
    expect(JSON.stringify(server.requests)).not.toContain('acme');
    expect(JSON.stringify(server.requests)).not.toContain('costspan');
  });

  test('tags are those of the moment when the call is made, wherever its stream is read', async () => {
    server.answerWith({ body: chat.events });
    const stream = await withTags({ customer_id: 'acme' }, () =>
      open().chat.completions.create({ ...params, stream: true }),
    );
    await withTags({ customer_id: 'other' }, async () => {
      for await (const _chunk of stream);
    });
    expect(tagsOf(telemetry.spans()[0])).toEqual({ customer_id: 'acme' });
  });

  test('a promise of request options is passed on as it is', async () => {
    const options = Promise.resolve({ headers: { 'x-mine': '1' } });
    await open().chat.completions.create(params, options as never);
    expect(server.requests[0]!.headers['x-mine']).toBe('1');
    expect(telemetry.spans()).toHaveLength(1);
  });

  test('1,000 interleaved customers never see each other', async () => {
    let answered = 0;
    const client = new sdk.OpenAI({
      apiKey: 'k',
      fetch: async () => {
        answered += 1;
        if (answered % 2 === 0) await later(answered % 5);
        return new Response(JSON.stringify(chat.body), { headers: { 'content-type': 'application/json' } });
      },
    });
    const serve = async (customer: string, index: number) => {
      if (index % 3 === 0) await later(index % 7);
      else if (index % 3 === 1) await nextTurn();
      const calls = [
        client.chat.completions.create({ ...params, model: customer }),
        withTags({ feature_name: `f-${customer}` }, () =>
          client.chat.completions.create({ ...params, model: customer }),
        ),
      ];
      await Promise.all(calls);
    };
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        withTags({ customer_id: `c${index}` }, () => serve(`c${index}`, index)),
      ),
    );
    const spans = telemetry.spans();
    expect(spans).toHaveLength(2_000);
    for (const span of spans) {
      const customer = span.attributes['gen_ai.request.model'];
      const { customer_id: id, feature_name: feature = `f-${String(customer)}` } = tagsOf(span);
      expect([id, feature]).toEqual([customer, `f-${String(customer)}`]);
    }
    expect(spans.filter((span) => 'costspan.tag.feature_name' in span.attributes)).toHaveLength(1_000);
  });
});

test.each([
  geminiDialect('esm', esm.google),
  converseDialect('esm', esm.bedrock),
  mistralDialect('esm', esm.mistral),
  cohereDialect('cjs', cjs.cohere),
  ollamaDialect('esm', esm.ollama),
])('a client of $name has tags for all of its calls', async (dialect) => {
  server.answerWith({ body: JSON.stringify(dialect.body) });
  const opened = dialect.open(server.url);
  setClientTags(opened.client, { team: 'growth' });
  await opened.whole();
  expect(telemetry.spans()[0]?.attributes[`${TAG_PREFIX}team`]).toBe('growth');
});

test('a plain SDK takes the tags of one call in its options, or in its request where it has none', async () => {
  const mistral = mistralDialect('esm', esm.mistral);
  server.answerWith({ body: JSON.stringify(mistral.body) });
  const client = new esm.mistral.Mistral({ apiKey: 'k', serverURL: server.url });
  await client.chat.complete({ model: 'm', messages: [] }, callTags({ team: 'a' }));
  const ollama = ollamaDialect('esm', esm.ollama);
  server.answerWith({ body: JSON.stringify(ollama.body) });
  await new esm.ollama.Ollama({ host: server.url }).chat(callTags({ team: 'b' }, { model: 'm', messages: [] }));
  expect(telemetry.spans().map(({ attributes }) => attributes[`${TAG_PREFIX}team`])).toEqual(['a', 'b']);
  expect(JSON.stringify(server.requests)).not.toContain('costspan');
});
