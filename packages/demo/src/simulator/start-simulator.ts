import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '../random.ts';
import { SIMULATED_APIS } from './apis/index.ts';
import { checkApiKey } from './credentials.ts';
import { chooseFault, FAULT_HEADER, type Fault, type FaultRates } from './faults.ts';
import { createOccurrences } from './occurrences.ts';
import { createPromptCache } from './prompt-cache.ts';
import { ProviderError, toWireError, type WireFormat } from './provider-error.ts';
import { admit, type Bucket } from './rate-limit.ts';
import { readBody } from './read-body.ts';
import { replyHeaders, retryHeaders } from './reply-headers.ts';
import { sendReply } from './send-reply.ts';

export interface SimulatorOptions {
  /** 0, the default, takes a free port. Always on 127.0.0.1. */
  readonly port?: number;
  /** The same seed and the same requests give the same answers, counts and faults. */
  readonly seed?: number;
  /** Multiplies every wait: 1 is lifelike, 0 answers at once. Default 1. */
  readonly latencyScale?: number;
  /** Faults that happen unasked. Default none; `x-simulate: <fault>` asks for one whatever the rates. */
  readonly faults?: FaultRates;
  /** Requests per minute and provider before 429: one account's limit, whatever the key. Default 60 000. */
  readonly requestsPerMinute?: number;
  /** Milliseconds since 1970; decides cache lifetimes, rate limits and `created`. */
  readonly now?: () => number;
}

export interface Simulator {
  readonly url: string;
  /** What the `openai` SDK takes as `baseURL`. */
  readonly openaiBaseUrl: string;
  /** What the `@anthropic-ai/sdk` SDK takes as `baseURL`. */
  readonly anthropicBaseUrl: string;
  /** Ends open answers and stops listening. */
  close(): Promise<void>;
}

/** An HTTP server that speaks the wire protocols of the OpenAI and Anthropic APIs, for the providers' own SDKs. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, seed = 1, latencyScale = 1, faults = {}, requestsPerMinute = 60_000, now = Date.now } = options;
  const cache = createPromptCache();
  const occurrences = createOccurrences();
  const buckets = new Map<WireFormat, Bucket>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] as string;
    const api = SIMULATED_APIS.find((candidate) => candidate.path === path);
    const format: WireFormat = api?.format ?? (path.startsWith('/v1/messages') ? 'anthropic' : 'openai');
    const arrivedAtMs = now();
    let requestId = `req_${createRandom(seed, path, arrivedAtMs).hex(32)}`;
    let headers: Record<string, string> = {};
    try {
      if (api === undefined || request.method !== 'POST') {
        throw new ProviderError('not_found', `Invalid URL (${request.method} ${path})`);
      }
      const { text, body } = await readBody(request);
      const random = createRandom(seed, path, text, occurrences.count(`${path}\u0000${text}`));
      requestId = `req_${random.hex(32)}`;
      checkApiKey(format, request.headers);
      const admission = admit(buckets.get(format), requestsPerMinute, arrivedAtMs);
      buckets.set(format, admission.bucket);
      headers = replyHeaders(format, requestId, requestsPerMinute, admission.bucket);
      if (admission.kind === 'limited') {
        headers = { ...headers, ...retryHeaders(admission.retryAfterMs) };
        throw rateLimited(requestsPerMinute);
      }
      const asked = request.headers[FAULT_HEADER];
      const fault = chooseFault(typeof asked === 'string' ? asked : undefined, faults, random);
      if (fault === 'rate_limit') headers = { ...headers, ...retryHeaders(Math.round(1000 * latencyScale)) };
      refuse(fault, requestsPerMinute);
      const reply = api.answer(body, { random, cache, nowMs: arrivedAtMs });
      const interruption =
        fault === 'drop' || (fault === 'stream_error' && reply.kind === 'stream') ? fault : undefined;
      await sendReply(response, reply, { headers, format, requestId, latencyScale, interruption });
    } catch (error) {
      const problem =
        error instanceof ProviderError ? error : new ProviderError('server_error', `The simulator failed: ${error}`);
      const { status, body } = toWireError(format, problem, requestId);
      if (response.headersSent) response.destroy();
      else {
        response.writeHead(status, { ...headers, 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      }
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    openaiBaseUrl: `${url}/v1`,
    anthropicBaseUrl: url,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function refuse(fault: Fault | undefined, requestsPerMinute: number): void {
  if (fault === 'rate_limit') throw rateLimited(requestsPerMinute);
  if (fault === 'server_error') throw new ProviderError('server_error', 'The server had an error. Please try again.');
  if (fault === 'overloaded') throw new ProviderError('overloaded', 'Overloaded');
}

function rateLimited(requestsPerMinute: number): ProviderError {
  return new ProviderError(
    'rate_limit',
    `Rate limit reached for requests per minute: limit ${requestsPerMinute}. Please slow down and try again.`,
  );
}
