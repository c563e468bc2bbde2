import { randomBytes } from 'node:crypto';
import { TAG_PREFIX } from '@costspan/usage';
import { attributeToProtobuf } from '../otlp/added-attribute.ts';
import { bytesField, textField, varintField } from '../otlp/protobuf-writer.ts';

/** A call that a rule is to find by its conditions, and that can be found by its mark. */
export interface Probe {
  readonly when: ReadonlyMap<string, readonly string[]>;
  readonly mark: string;
}

/** Two spans for each probe: a call, and a step under it that says nothing about where it belongs. */
export function encodeTraces(
  probes: readonly Probe[],
  encoding: 'application/json' | 'application/x-protobuf',
): Buffer {
  const spans = probes.flatMap((probe) => {
    const traceId = randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    const step = { traceId, spanId: randomBytes(8).toString('hex'), name: probe.mark, attributes: [] };
    return [step, { traceId, spanId, name: 'chat', attributes: attributesOf(probe) }];
  });
  return encoding === 'application/json' ? Buffer.from(toJson(spans)) : toProtobuf(spans);
}

interface ProbeSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly attributes: readonly (readonly [key: string, value: string])[];
}

function attributesOf({ when, mark }: Probe): ProbeSpan['attributes'] {
  const conditions = [...when].map(([name, [value = '']]) => {
    const text = value.endsWith('*') ? `${value.slice(0, -1)}1` : value;
    return name === 'region' ? (['costspan.context.region', text] as const) : ([`${TAG_PREFIX}${name}`, text] as const);
  });
  const own = when.has('customer_id') ? [] : [[`${TAG_PREFIX}customer_id`, mark] as const];
  return [
    ['costspan.usage.status', 'reported'],
    ['gen_ai.operation.name', 'chat'],
    ['gen_ai.provider.name', 'openai'],
    ['gen_ai.request.model', 'gpt-4o-mini'],
    [`${TAG_PREFIX}residency_probe`, mark],
    ...own,
    ...conditions,
  ];
}

/** Now: a ledger may have deleted the calls of any other time. */
function timesNs(): readonly [string, string] {
  const nowMs = Date.now();
  return [`${nowMs - 1}000000`, `${nowMs}000000`];
}

function toJson(spans: readonly ProbeSpan[]): string {
  const [startTimeUnixNano, endTimeUnixNano] = timesNs();
  return JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: spans.map(({ attributes, ...span }) => ({
              ...span,
              kind: 3,
              startTimeUnixNano,
              endTimeUnixNano,
              attributes: attributes.map(([key, stringValue]) => ({ key, value: { stringValue } })),
            })),
          },
        ],
      },
    ],
  });
}

function toProtobuf(spans: readonly ProbeSpan[]): Buffer {
  const [start, end] = timesNs();
  const messages = spans.map(({ traceId, spanId, name, attributes }) =>
    bytesField(
      2,
      Buffer.concat([
        bytesField(1, Buffer.from(traceId, 'hex')),
        bytesField(2, Buffer.from(spanId, 'hex')),
        textField(5, name),
        varintField(6, 3),
        fixed64Field(7, start),
        fixed64Field(8, end),
        ...attributes.map(([key, value]) => bytesField(9, attributeToProtobuf({ key, value }))),
      ]),
    ),
  );
  return bytesField(1, bytesField(2, Buffer.concat(messages)));
}

function fixed64Field(number: number, value: string): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = number * 8 + 1;
  bytes.writeBigUInt64LE(BigInt(value), 1);
  return bytes;
}
