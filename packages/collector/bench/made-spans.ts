import { randomFillSync } from 'node:crypto';
import { decodeWithProtobufjs } from '../src/otlp/decoder.contract.ts';
import { bytesField, doubleField, textField, varint, varintField } from '../src/otlp/protobuf-writer.ts';

const MODELS = [
  ['openai', 'gpt-4o'],
  ['openai', 'gpt-4o-mini'],
  ['openai', 'text-embedding-3-small'],
  ['anthropic', 'claude-sonnet-4-5'],
] as const;
const FEATURES = ['support_bot', 'document_search', 'translation', 'chat'] as const;
const SPAN_ATTRIBUTES_FIELD = 9;
const ID_BYTES = 24;

/**
 * One OTLP/protobuf request of chat spans with 20 attributes each, as an instrumentation writes them. Before each use
 * `refresh` gives every span a new identity in place, so that no batch is a duplicate of another.
 */
export interface MadeRequest {
  readonly body: Buffer;
  readonly spanCount: number;
  refresh(): void;
}

export function madeRequest(spanCount: number, contentBytes = 0): MadeRequest {
  const ids = Buffer.alloc(spanCount * ID_BYTES);
  randomFillSync(ids);
  const spans = Array.from({ length: spanCount }, (_, index) =>
    bytesField(2, madeSpan(index, ids.subarray(index * ID_BYTES, (index + 1) * ID_BYTES), contentBytes)),
  );
  const scope = bytesField(1, Buffer.concat([textField(1, '@costspan/instrumentation'), textField(2, '0.1.0')]));
  const resource = bytesField(1, Buffer.concat([text(1, 'service.name', 'storefront'), text(1, 'host.name', 'web-1')]));
  const body = bytesField(1, Buffer.concat([resource, bytesField(2, Buffer.concat([scope, ...spans]))]));
  const places = Array.from({ length: spanCount }, (_, index) =>
    body.indexOf(ids.subarray(index * ID_BYTES, index * ID_BYTES + 16)),
  );
  return {
    body,
    spanCount,
    refresh: () => {
      randomFillSync(ids);
      for (const [index, traceAt] of places.entries()) {
        ids.copy(body, traceAt, index * ID_BYTES, index * ID_BYTES + 16);
        ids.copy(body, traceAt + 18, index * ID_BYTES + 16, (index + 1) * ID_BYTES);
      }
    },
  };
}

/** The same request as OTLP/JSON. */
export function jsonOf(body: Buffer): Buffer {
  const text = JSON.stringify(decodeWithProtobufjs(body), (key, value: unknown) =>
    (key === 'traceId' || key === 'spanId') && typeof value === 'string'
      ? Buffer.from(value, 'base64').toString('hex')
      : value,
  );
  return Buffer.from(text, 'utf8');
}

function madeSpan(index: number, ids: Buffer, contentBytes: number): Buffer {
  const [provider, model] = MODELS[index % MODELS.length] as (typeof MODELS)[number];
  const startedAtNs = BigInt(Date.now()) * 1_000_000n - BigInt(index) * 1_000_000n;
  const attributes = [
    text(SPAN_ATTRIBUTES_FIELD, 'gen_ai.operation.name', 'chat'),
    text(SPAN_ATTRIBUTES_FIELD, 'gen_ai.provider.name', provider),
    text(SPAN_ATTRIBUTES_FIELD, 'gen_ai.request.model', model),
    text(SPAN_ATTRIBUTES_FIELD, 'gen_ai.response.model', model),
    text(SPAN_ATTRIBUTES_FIELD, 'gen_ai.response.id', `chatcmpl-${index.toString(36).padStart(24, 'q')}`),
    text(SPAN_ATTRIBUTES_FIELD, 'server.address', `api.${provider}.com`),
    integer('server.port', 443),
    integer('gen_ai.request.max_tokens', 4096),
    double('gen_ai.request.temperature', 0.7),
    integer('gen_ai.usage.input_tokens', 400 + ((index * 37) % 4000)),
    integer('gen_ai.usage.output_tokens', 20 + ((index * 13) % 900)),
    integer('gen_ai.usage.cache_read.input_tokens', 64),
    double('gen_ai.response.time_to_first_chunk', 0.31),
    text(SPAN_ATTRIBUTES_FIELD, 'costspan.usage.status', 'reported'),
    text(SPAN_ATTRIBUTES_FIELD, 'costspan.outcome', 'ok'),
    boolean('costspan.billable', true),
    text(SPAN_ATTRIBUTES_FIELD, 'costspan.tag.customer_id', `customer_${index % 1200}`),
    text(SPAN_ATTRIBUTES_FIELD, 'costspan.tag.feature_name', FEATURES[index % FEATURES.length] as string),
    text(SPAN_ATTRIBUTES_FIELD, 'costspan.tag.team', `team_${index % 12}`),
    text(SPAN_ATTRIBUTES_FIELD, 'costspan.tag.user', `user_${index % 5000}`),
    ...(contentBytes === 0 ? [] : [text(SPAN_ATTRIBUTES_FIELD, 'gen_ai.input.messages', 'x'.repeat(contentBytes))]),
  ];
  return Buffer.concat([
    bytesField(1, ids.subarray(0, 16)),
    bytesField(2, ids.subarray(16)),
    textField(5, `chat ${model}`),
    varintField(6, 3),
    fixed64(7, startedAtNs),
    fixed64(8, startedAtNs + 900_000_000n),
    ...attributes,
    bytesField(15, varintField(3, 1)),
  ]);
}

function attributeField(key: string, any: Buffer): Buffer {
  return bytesField(SPAN_ATTRIBUTES_FIELD, Buffer.concat([textField(1, key), bytesField(2, any)]));
}

function text(field: number, key: string, value: string): Buffer {
  return bytesField(field, Buffer.concat([textField(1, key), bytesField(2, textField(1, value))]));
}

function integer(key: string, value: number): Buffer {
  return attributeField(key, varintField(3, value));
}

function double(key: string, value: number): Buffer {
  return attributeField(key, doubleField(4, value));
}

function boolean(key: string, value: boolean): Buffer {
  return attributeField(key, varintField(2, value ? 1 : 0));
}

function fixed64(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint(field * 8 + 1), bytes]);
}
