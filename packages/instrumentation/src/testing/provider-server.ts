import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What the server is asked, as it arrived. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, or its parts in the order in which they are sent, each when the one before it has left. */
  readonly body?: string | readonly (string | Uint8Array)[];
  /** `end` closes the answer in good order, `cut` breaks the connection, `hang` leaves it open. Default `end`. */
  readonly ending?: 'end' | 'cut' | 'hang';
  /** `false` sends no headers either: a provider that does not answer. */
  readonly starts?: boolean;
}

/** A provider that answers as it is told. */
export interface ProviderServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Clients that went away before their answer was complete. */
  readonly hungUp: () => number;
  /** The next requests get these answers in order; the last one is repeated. */
  answerWith(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function startProviderServer(): Promise<ProviderServer> {
  const requests: ReceivedRequest[] = [];
  let answers: readonly Answer[] = [];
  let hungUp = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const bytes = Buffer.concat(parts);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      requests.push({ path: request.url ?? '', headers: request.headers, text });
      const [answer = {}, ...later] = answers;
      if (later.length > 0) answers = later;
      response.on('close', () => {
        if (!response.writableFinished) hungUp += 1;
      });
      void send(response, answer);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hungUp: () => hungUp,
    answerWith: (...next) => {
      answers = next;
      requests.length = 0;
      hungUp = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer.starts === false) return;
  const { body = '' } = answer;
  const streamed = typeof body !== 'string';
  response.writeHead(answer.status ?? 200, {
    'content-type': streamed ? 'text/event-stream' : 'application/json',
    ...answer.headers,
  });
  for (const part of streamed ? body : [body]) {
    if (response.destroyed) return;
    await new Promise((resolve) => response.write(part, resolve));
    if (streamed) await new Promise(setImmediate);
  }
  if (answer.ending === 'cut') response.destroy();
  else if (answer.ending !== 'hang') response.end();
}
