import { baseBook } from '@costspan/pricing';
import { spanWith } from '@costspan/spans/testing';
import { expect, test } from 'vitest';
import { BusyError } from './inflight.ts';
import type { ContextSpan, PricedCall } from './ledger/ledger.ts';
import { decodeJson } from './otlp/decode-json.ts';
import { READ_ATTRIBUTES } from './otlp/read-attributes.ts';
import { Pipeline } from './pipeline.ts';
import { SelfMetrics } from './self-metrics.ts';

const CHAT = spanWith({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
});
const AGENT = spanWith({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' });
const OTHER = spanWith({ 'service.name': 'api' });

/** A pipeline, and what its intake was given. */
function made(inflightCallsMax = 10, keptFromUs = 0) {
  const metrics = new SelfMetrics();
  const appended: { readonly calls: readonly PricedCall[]; readonly contexts: readonly ContextSpan[] }[] = [];
  const pipeline = new Pipeline({
    prices: { book: baseBook() },
    intake: {
      accept: async (calls, contexts) => {
        appended.push({ calls, contexts });
      },
    },
    exporters: [],
    metrics,
    keptFromUs: () => keptFromUs,
    inflightCallsMax,
  });
  const accept = (...read: readonly ReturnType<typeof spanWith>[]) => {
    const spans = read.map((span, place) => ({ ...span, place }));
    return pipeline.accept({ format: 'json', body: Buffer.alloc(0), traces: { spanCount: spans.length, spans } });
  };
  return { accept, appended, metrics };
}

test('calls and the context spans about them reach the ledger in one batch', async () => {
  const { accept, appended } = made();
  expect(await accept(CHAT, AGENT, OTHER)).toBeUndefined();
  expect(appended).toHaveLength(1);
  expect(appended[0]?.calls).toMatchObject([{ call: { operation: 'chat' }, cost: { status: 'priced' } }]);
  expect(appended[0]?.contexts).toMatchObject([{ kind: 'agent', name: 'planner' }]);
});

test('a request of context spans alone is kept too, and one about nothing of ours is not written', async () => {
  const { accept, appended } = made();
  await accept(AGENT);
  await accept(OTHER);
  expect(appended).toMatchObject([{ calls: [], contexts: [{ kind: 'agent' }] }]);
});

test('context spans count towards what may be on its way', async () => {
  const { accept } = made(1);
  const first = accept(AGENT);
  await expect(accept(AGENT)).rejects.toThrow(BusyError);
  await first;
  await expect(accept(AGENT)).resolves.toBeUndefined();
});

test('a call of a time whose calls are deleted is told as not recorded, and the others are', async () => {
  const { accept, appended, metrics } = made(10, CHAT.startedAtUs + 1);
  expect(await accept(CHAT, { ...CHAT, startedAtUs: CHAT.startedAtUs + 1 })).toEqual({
    rejectedSpans: 1,
    message: expect.stringContaining('the ledger has deleted the calls of its time'),
  });
  expect(appended[0]?.calls).toHaveLength(1);
  expect([metrics.get('callsExpired'), metrics.get('callsRejected')]).toEqual([1, 0]);
});

test('an exporter with attributes of its own sends them on every call, the others do not', async () => {
  const sent: Record<string, string> = {};
  const exporter = (
    name: string,
    attributes: readonly { readonly key: string; readonly value: string | number }[],
  ) => ({
    name,
    attributes,
    send: async (body: Buffer) => {
      sent[name] = body.toString();
    },
    close: async () => {},
  });
  const pipeline = new Pipeline({
    prices: { book: baseBook() },
    intake: { accept: async () => {} },
    exporters: [exporter('plain', []), exporter('tagged', [{ key: 'region', value: 'eu' }])],
    metrics: new SelfMetrics(),
    inflightCallsMax: 10,
  });
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const span = (spanId: string, attributes: readonly object[]) => ({
    traceId: 'ab'.repeat(16),
    spanId,
    startTimeUnixNano: '1760000000000000000',
    endTimeUnixNano: '1760000001000000000',
    attributes,
  });
  const chat = [
    text('gen_ai.operation.name', 'chat'),
    text('gen_ai.provider.name', 'openai'),
    text('gen_ai.request.model', 'gpt-4o'),
  ];
  const spans = [span('00000000000000a1', chat), span('00000000000000a2', [text('service.name', 'api')])];
  const body = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  await pipeline.accept({ format: 'json', body, traces: decodeJson(body, READ_ATTRIBUTES) });
  const added = '{"key":"region","value":{"stringValue":"eu"}}';
  expect(sent['plain']?.split(added)).toHaveLength(1);
  expect(sent['tagged']?.split(added)).toHaveLength(2);
  expect(sent['tagged']?.replace(`,${added}`, '')).toBe(sent['plain']);
});
