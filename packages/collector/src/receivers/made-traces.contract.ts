import { encodeProtobuf, type PlainRequest, type PlainValue } from '../otlp/decoder.contract.ts';

let lastId = 0;

/** A request of chat calls, each with an id of its own: 1,000 tokens in and 100 out of gpt-4o, which is 0.0035 USD. */
export function chatRequest(count = 1, over: Record<string, PlainValue> = {}): PlainRequest {
  const attributes: Record<string, PlainValue> = {
    'gen_ai.operation.name': { stringValue: 'chat' },
    'gen_ai.provider.name': { stringValue: 'openai' },
    'gen_ai.request.model': { stringValue: 'gpt-4o' },
    'gen_ai.usage.input_tokens': { intValue: 1000n },
    'gen_ai.usage.output_tokens': { intValue: 100n },
    'costspan.tag.customer_id': { stringValue: 'acme' },
    ...over,
  };
  const spans = Array.from({ length: count }, () => {
    lastId += 1;
    return {
      traceId: 'ab'.repeat(16),
      spanId: lastId.toString(16).padStart(16, '0'),
      parentSpanId: '',
      name: 'chat gpt-4o',
      kind: 3,
      startTimeUnixNano: 1_760_000_000_000_000_000n,
      endTimeUnixNano: 1_760_000_001_000_000_000n,
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
      events: [],
      status: { code: 0, message: '' },
    };
  });
  const scopeSpans = [{ scope: { name: 'test', version: '1' }, spans }];
  return { resourceSpans: [{ resource: { attributes: [] }, scopeSpans }] };
}

export function chatProtobuf(count = 1, over: Record<string, PlainValue> = {}): Buffer {
  return encodeProtobuf(chatRequest(count, over));
}
