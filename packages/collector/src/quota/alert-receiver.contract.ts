import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook of a test: what was posted, in its order. */
export interface AlertReceiver {
  readonly url: string;
  readonly posts: Posted[];
  /** Answers with this from now on. */
  answer(status: number): void;
  close(): Promise<void>;
}

export interface Posted {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of several shapes, and a wrong look fails them.
  readonly body: any;
}

export async function startAlertReceiver(): Promise<AlertReceiver> {
  const posts: Posted[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (status < 300) posts.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(parts).toString()) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    answer: (next) => {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
