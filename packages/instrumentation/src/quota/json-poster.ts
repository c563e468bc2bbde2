import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { context, createContextKey } from '@opentelemetry/api';

/** The key by which OpenTelemetry instrumentations of HTTP clients know that a request is telemetry's own. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
/** Requests at the same time; more would only open connections. */
const SOCKETS_MAX = 64;

export interface PostedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Posts JSON over connections that stay open. On the plain HTTP client, as the built-in `fetch` takes three times its CPU time
 * (bench/quota.bench.ts), and this runs in the customer's process.
 */
export class JsonPoster {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #agent: HttpAgent;

  constructor(base: URL, headers: Readonly<Record<string, string>>, timeoutMs: number) {
    this.#base = base;
    this.#headers = headers;
    this.#timeoutMs = timeoutMs;
    const Agent = base.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  }

  /** Safe to send twice: a connection that the server had closed meanwhile is tried again. @throws without an answer in time. */
  async post(path: string, headers: Readonly<Record<string, string>>, body: object): Promise<PostedAnswer> {
    const text = JSON.stringify(body);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const send = () =>
      context.with(context.active().setValue(SUPPRESS_TRACING, true), () => this.#send(path, headers, text, signal));
    try {
      return await send();
    } catch (error) {
      if (error instanceof ClosedMeanwhileError) return send();
      throw signal.aborted ? new Error(`no answer within ${this.#timeoutMs} ms`, { cause: error }) : error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    path: string,
    headers: Readonly<Record<string, string>>,
    text: string,
    signal: AbortSignal,
  ): Promise<PostedAnswer> {
    const url = new URL(path, this.#base);
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        ...this.#headers,
        ...headers,
      },
    };
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (answer) => {
        let received = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          received += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: received }));
        answer.on('error', reject);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        reject(request.reusedSocket && error.code === 'ECONNRESET' ? new ClosedMeanwhileError() : error);
      });
      request.end(text);
    });
  }
}

class ClosedMeanwhileError extends Error {}
