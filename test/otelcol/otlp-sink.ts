import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeProtobuf } from '../../packages/collector/src/otlp/decode-protobuf.ts';
import { KeyTable } from '../../packages/collector/src/otlp/key-table.ts';

const EXACT = 'costspan.cost.total_exact';
const KEYS = new KeyTable([EXACT, 'gen_ai.operation.name'], []);

/** A backend of traces that keeps each span once: its operation and its exact cost, by trace and span id. */
export class OtlpSink {
  readonly spans = new Map<string, { readonly operation: string; readonly cost: string | undefined }>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      this.#take(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  }

  static async start(): Promise<OtlpSink> {
    const sink = new OtlpSink();
    await new Promise<void>((done) => sink.#server.listen(0, '127.0.0.1', done));
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #take(body: Buffer): void {
    for (const { traceId, spanId, attributes } of decodeProtobuf(body, KEYS).spans) {
      const cost = attributes.get(EXACT);
      this.spans.set(`${traceId}-${spanId}`, {
        operation: String(attributes.get('gen_ai.operation.name')),
        cost: typeof cost === 'string' ? cost : undefined,
      });
    }
  }
}
