import { randomBytes } from 'node:crypto';

export interface SpanFacts {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly startMs?: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** An OTLP/JSON export request with one span for each of the facts, as any OpenTelemetry SDK would send it. */
export function otlpRequest(spans: readonly SpanFacts[]): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'e2e' } }] },
        scopeSpans: [{ scope: { name: 'e2e' }, spans: spans.map(spanOf) }],
      },
    ],
  };
}

/** A priced call of one customer. */
export function chatSpan(customer: string, facts: Partial<SpanFacts> = {}): SpanFacts {
  return {
    ...facts,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 200,
      'costspan.tag.customer_id': customer,
      ...facts.attributes,
    },
  };
}

export async function sendOtlp(
  url: string,
  body: object | string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(new URL('/v1/traces', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });
}

function spanOf({
  traceId = randomBytes(16).toString('hex'),
  spanId = randomBytes(8).toString('hex'),
  startMs = Date.now(),
  attributes,
}: SpanFacts): object {
  return {
    traceId,
    spanId,
    name: 'chat',
    kind: 3,
    startTimeUnixNano: `${BigInt(startMs) * 1_000_000n}`,
    endTimeUnixNano: `${BigInt(startMs + 250) * 1_000_000n}`,
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) })),
  };
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
