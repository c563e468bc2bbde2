import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decode } from '@msgpack/msgpack';

/** A span of a v0.4 payload, as the tracer's encoder wrote it. */
export interface AgentSpan {
  readonly name: string;
  readonly resource: string;
  readonly trace_id: bigint;
  readonly span_id: bigint;
  readonly parent_id: bigint;
  readonly error: number;
  readonly meta: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface FakeAgent {
  readonly url: string;
  readonly spans: AgentSpan[];
  /** Lines of DogStatsD. */
  readonly statsd: string[];
  /** Bodies of LLM Observability events. */
  readonly llmobs: unknown[];
  /** Bodies of `POST /v1/metrics`, as JSON. */
  readonly otlpMetrics: unknown[];
  close(): Promise<void>;
}

/** What an application's tracer talks to: an Agent that answers everything and keeps what it was sent. */
export async function startFakeAgent(): Promise<FakeAgent> {
  const spans: AgentSpan[] = [];
  const statsd: string[] = [];
  const llmobs: unknown[] = [];
  const otlpMetrics: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const path = request.url ?? '';
    let answer = '{}';
    if (path === '/info') {
      answer = JSON.stringify({
        endpoints: ['/v0.4/traces', '/evp_proxy/v2/', '/dogstatsd/v2/proxy'],
        version: '7.70.0',
      });
    } else if (path.startsWith('/v0.4/traces')) {
      const traces = decode(body, { useBigInt64: true }) as AgentSpan[][];
      spans.push(...traces.flat());
      answer = '{"rate_by_service":{}}';
    } else if (path.startsWith('/dogstatsd')) {
      statsd.push(
        ...body
          .toString()
          .split('\n')
          .filter((line) => line !== ''),
      );
    } else if (path.startsWith('/evp_proxy')) {
      if (path.includes('llmobs')) llmobs.push(JSON.parse(body.toString()));
    } else if (path.startsWith('/v1/metrics')) {
      otlpMetrics.push(JSON.parse(body.toString()));
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    spans,
    statsd,
    llmobs,
    otlpMetrics,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
