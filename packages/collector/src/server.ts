import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CostspanError } from '@costspan/usage';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { ListenAddress } from './config/collector-config.ts';
import { urlHost } from './config/listen-address.ts';
import type { Notices } from './notices.ts';
import type { NodeEnvironment } from './receivers/otlp-http.ts';
import type { SelfMetrics } from './self-metrics.ts';

export interface ServerLimits {
  readonly bodyBytesMax: number;
  readonly requestTimeoutMs: number;
  readonly connectionsMax: number;
}

export interface HttpServer {
  readonly port: number;
  readonly url: string;
  /** Takes no new connection, lets open requests finish for at most `timeoutMs`, then cuts them. */
  close(timeoutMs: number): Promise<void>;
}

/** Longer than the export interval of every SDK, so that a sender finds its connection still open. */
const KEEP_ALIVE_MS = 75_000;
/** How often Node looks for requests that are over their time. */
const TIMEOUT_CHECK_MS = 2_000;
/** How long the rest of a refused body is read and thrown away, so that the sender can read why it was refused. */
const DISCARD_MS = 10_000;
/** How often closing looks for connections that have become idle. */
const IDLE_CHECK_MS = 20;

/**
 * Serves an app over HTTP/1.1. The only file that knows the server library.
 * @throws CostspanError `LISTEN_FAILED` when the address cannot be had.
 */
export async function openServer(
  app: Hono<NodeEnvironment>,
  listen: ListenAddress,
  limits: ServerLimits,
  parts: { readonly metrics: SelfMetrics; readonly notices: Notices },
): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
    serverOptions: {
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
  }) as Server;
  server.maxConnections = limits.connectionsMax;
  server.on('drop', () => parts.metrics.add('connectionsRefused'));
  const discarding = new Set<Socket>();
  server.prependListener('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.once('finish', () => discardWhatIsLeft(incoming, discarding));
  });
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // A body that will be refused is not asked for.
    if (!(Number(incoming.headers['content-length']) > limits.bodyBytesMax)) outgoing.writeContinue();
    server.emit('request', incoming, outgoing);
  });
  server.on('clientError', (error: ClientError, socket: Socket) => answerClientError(error, socket, parts.notices));
  const { port } = await bind(server, listen);
  return {
    port,
    url: `http://${urlHost(listen.host)}:${port}`,
    close: (timeoutMs) => closeServer(server, discarding, timeoutMs),
  };
}

function bind(server: Server, { host, port }: ListenAddress): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => {
      const message = `cannot listen on ${urlHost(host)}:${port}: ${cause.message}; is another collector running there?`;
      reject(new CostspanError('LISTEN_FAILED', message, { cause }));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** A refused body is read to its end and dropped: cutting the connection would lose the answer on its way. */
function discardWhatIsLeft(incoming: IncomingMessage, discarding: Set<Socket>): void {
  if (incoming.complete) return;
  const { socket } = incoming;
  const deadline = setTimeout(() => socket.destroy(), DISCARD_MS);
  discarding.add(socket);
  incoming.once('close', () => {
    clearTimeout(deadline);
    discarding.delete(socket);
  });
  incoming.resume();
}

type ClientError = Error & { readonly code?: string; readonly rawPacket?: Buffer };

function answerClientError(error: ClientError, socket: Socket, notices: Notices): void {
  if (error.rawPacket?.subarray(0, 14).toString('latin1') === 'PRI * HTTP/2.0') {
    notices.once(
      'grpc',
      'something tried gRPC on the port for HTTP; in the sender set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, or point it at the port of grpcListen (4317)',
    );
  }
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${statusLineFor(error.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function statusLineFor(code: string | undefined): string {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  return code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
}

async function closeServer(server: Server, discarding: ReadonlySet<Socket>, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Those have their answer; nothing of theirs is waited for.
  for (const socket of discarding) socket.destroy();
  const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await closed;
  clearInterval(idleCheck);
  clearTimeout(deadline);
}
