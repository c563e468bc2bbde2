import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withTags } from '../tags/context-tags.ts';
import { converseDialect } from '../testing/dialects/bedrock.ts';
import { cohereDialect } from '../testing/dialects/cohere.ts';
import { geminiDialect } from '../testing/dialects/google.ts';
import { mistralDialect } from '../testing/dialects/mistral.ts';
import { chatDialect, messagesDialect } from '../testing/dialects/stainless.ts';
import { type ProviderServer, startProviderServer } from '../testing/provider-server.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startTelemetry } from '../testing/telemetry.ts';
import { GATEWAYS } from './index.ts';
import { type SentTags, tagsToSend } from './send-tags.ts';

const TAGS = { customer_id: 'acme', team: 'Größe, Nr. 1', user: 'u1', long: 'x'.repeat(300) };
const send = (format: SentTags['format'], more: Partial<SentTags> = {}) =>
  tagsToSend([{ host: 'gw', format, keys: ['customer_id', 'team', 'user'], ...more }], 'gw', TAGS);

test('every gateway file is in the list', () => {
  const files = readdirSync(fileURLToPath(new URL('.', import.meta.url))).filter((file) => file.endsWith('.ts'));
  expect(files.length - GATEWAYS.length).toBe(['gateway', 'index', 'send-tags', 'gateways.test'].length);
});

test.each([
  ['truefoundry', { headers: { 'x-tfy-metadata': '{"customer_id":"acme","team":"Größe, Nr. 1","user":"u1"}' } }],
  ['portkey', { headers: { 'x-portkey-metadata': '{"_user":"u1","customer_id":"acme","team":"Größe, Nr. 1"}' } }],
  [
    'helicone',
    {
      headers: {
        'helicone-user-id': 'u1',
        'helicone-property-customer_id': 'acme',
        'helicone-property-team': 'Gr%C3%B6%C3%9Fe%2C%20Nr.%201',
      },
    },
  ],
  [
    'litellm',
    {
      headers: {
        'x-litellm-tags': 'customer_id:acme,team:Gr%C3%B6%C3%9Fe%2C%20Nr.%201,user:u1',
        'x-litellm-customer-id': 'acme',
      },
    },
  ],
  ['cloudflare', { headers: { 'cf-aig-metadata': '{"customer_id":"acme","team":"Größe, Nr. 1","user":"u1"}' } }],
  ['bedrock', { params: { requestMetadata: { customer_id: 'acme', team: 'Größe, Nr. 1', user: 'u1' } } }],
  ['vertex', { params: { config: { labels: { customer_id: 'acme', team: 'größe__nr__1', user: 'u1' } } } }],
] as const)('%s gets the tags in its own way', (format, expected) => {
  expect(send(format)).toEqual(expected);
});

describe('what does not fit', () => {
  test('is left out by default, and cut where that was chosen', () => {
    expect(send('truefoundry', { keys: ['long'] })).toBeUndefined();
    expect(send('truefoundry', { keys: ['long'], tooLong: 'truncate' })).toEqual({
      headers: { 'x-tfy-metadata': JSON.stringify({ long: 'x'.repeat(128) }) },
    });
  });

  test('is not more than the gateway takes', () => {
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`t${index}`, 'v']));
    const sent = tagsToSend([{ host: 'gw', format: 'cloudflare', keys: Object.keys(many) }], 'gw', many);
    expect(Object.keys(JSON.parse(sent?.headers?.['cf-aig-metadata'] ?? ''))).toHaveLength(5);
  });
});

describe('through an SDK', () => {
  const telemetry = startTelemetry();
  const { esm, cjs } = loadCopies();
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(async () => {
    await server.close();
    await telemetry.stop();
  });
  beforeEach(() => telemetry.clear());

  const rule = { host: '127.0.0.1', keys: ['customer_id'] } as const;
  const tagged = JSON.stringify({ customer_id: 'acme' });

  test.each([
    chatDialect('esm', esm.openai),
    messagesDialect('esm', esm.anthropic),
    mistralDialect('esm', esm.mistral),
    cohereDialect('cjs', cjs.cohere),
    geminiDialect('esm', esm.google),
  ])('$name sends headers to the host that was named, and to no other', async (dialect) => {
    server.answerWith({ body: JSON.stringify(dialect.body) });
    telemetry.instrumentation.setConfig({ sendTags: [{ ...rule, format: 'truefoundry' }] });
    await withTags({ customer_id: 'acme', team: 'secret' }, () => dialect.open(server.url).whole());
    expect(server.requests[0]?.headers['x-tfy-metadata']).toBe(tagged);
    expect(JSON.stringify(server.requests)).not.toContain('secret');

    server.answerWith({ body: JSON.stringify(dialect.body) });
    telemetry.instrumentation.setConfig({ sendTags: [{ ...rule, format: 'truefoundry', host: 'elsewhere' }] });
    await withTags({ customer_id: 'acme' }, () => dialect.open(server.url).whole());
    expect(JSON.stringify(server.requests)).not.toContain('acme');
  });

  test('Bedrock and Vertex take them in the request itself, in a copy', async () => {
    const converse = converseDialect('esm', esm.bedrock);
    server.answerWith({ body: JSON.stringify(converse.body) });
    telemetry.instrumentation.setConfig({ sendTags: [{ ...rule, format: 'bedrock' }] });
    await withTags({ customer_id: 'acme' }, () => converse.open(server.url).whole());
    expect(JSON.parse(server.requests[0]?.text ?? '')).toMatchObject({ requestMetadata: { customer_id: 'acme' } });
    expect('requestMetadata' in converse.params).toBe(false);

    telemetry.instrumentation.setConfig({ sendTags: [{ ...rule, format: 'vertex' }] });
    const gemini = geminiDialect('esm', esm.google);
    server.answerWith({ body: JSON.stringify(gemini.body) });
    const client = new esm.google.GoogleGenAI({ vertexai: true, apiKey: 'k', httpOptions: { baseUrl: server.url } });
    const asked = { model: 'gemini-3-flash', contents: 'hi', config: { temperature: 0 } };
    await withTags({ customer_id: 'acme' }, () => client.models.generateContent(asked));
    expect(JSON.parse(server.requests[0]?.text ?? '')).toMatchObject({ labels: { customer_id: 'acme' } });
    expect(asked.config).toEqual({ temperature: 0 });
  });

  test("the application's own header stands above ours", async () => {
    server.answerWith({ body: JSON.stringify(chatDialect('esm', esm.openai).body) });
    telemetry.instrumentation.setConfig({ sendTags: [{ ...rule, format: 'truefoundry' }] });
    const client = new esm.openai.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` });
    const options = { headers: { 'x-tfy-metadata': 'mine' } };
    await withTags({ customer_id: 'acme' }, () =>
      client.chat.completions.create({ model: 'gpt-5', messages: [] }, options),
    );
    expect(server.requests[0]?.headers['x-tfy-metadata']).toBe('mine');
    expect(options).toEqual({ headers: { 'x-tfy-metadata': 'mine' } });
  });
});
