import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import {
  Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
  type StatusObject,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { KEY_MISSING } from '../access/guard.ts';
import type { KeyCheck } from '../access/key-check.ts';
import type { ListenAddress } from '../config/collector-config.ts';
import { BusyError } from '../inflight.ts';
import type { Say } from '../notices.ts';
import { exportResponse, statusWithRetry } from '../otlp/export-response.ts';
import type { ReceiverParts } from './otlp-http.ts';
import { refusalFor } from './refusal.ts';
import { ONLY_TRACES, takeTraces } from './take-traces.ts';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const OTHER_SIGNALS = [
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
];
/**
 * Requests that are received or worked on at a time. The library holds a whole message before we see its size, so its
 * memory is bounded by this times `bodyBytesMax`.
 */
const CALLS_MAX = 64;

export interface GrpcParts extends ReceiverParts {
  readonly isAllowed: KeyCheck;
  readonly connectionsMax: number;
  readonly say: Say;
}

export interface GrpcServer {
  readonly port: number;
  /** Takes no new connection or call, lets open ones finish for at most `timeoutMs`, then cuts them. */
  close(timeoutMs: number): Promise<void>;
}

type PlainStatus = Pick<StatusObject, 'code' | 'details'> & Partial<StatusObject>;

/**
 * Serves OTLP over gRPC without TLS, gzip or not. The only file that knows the gRPC library. Messages pass as bytes: the
 * decoder is ours.
 * @throws the error of `listen` when the address cannot be had.
 */
export async function openGrpcServer(listen: ListenAddress, parts: GrpcParts): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': parts.bodyBytesMax,
    'grpc.max_send_message_length': -1,
    interceptors: [admission(parts)],
  });
  const same = (bytes: Buffer): Buffer => bytes;
  server.register<Buffer, Buffer>(
    TRACES,
    (call: Call, answer: Answer) => void receive(call, answer, parts),
    same,
    same,
    'unary',
  );
  for (const path of OTHER_SIGNALS) {
    const refuse = (_: Call, answer: Answer): void => answer({ code: status.UNIMPLEMENTED, details: ONLY_TRACES });
    server.register<Buffer, Buffer>(path, refuse, same, same, 'unary');
  }
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const net = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  net.maxConnections = parts.connectionsMax;
  net.on('drop', () => parts.metrics.add('connectionsRefused'));
  const port = await bind(net, listen);
  return { port, close: (timeoutMs) => closeServer(server, net, sockets, timeoutMs) };
}

type Call = ServerUnaryCall<Buffer, Buffer>;
type Answer = sendUnaryData<Buffer>;

/** Never rejects. */
async function receive(call: Call, answer: Answer, parts: GrpcParts): Promise<void> {
  const { metrics, inflightBytes } = parts;
  metrics.add('requests');
  let heldBytes = 0;
  try {
    inflightBytes.take(call.request.length);
    heldBytes = call.request.length;
    answer(null, exportResponse('protobuf', await takeTraces(parts.pipeline, 'protobuf', call.request)));
  } catch (error) {
    answer(statusFor(error, parts));
  } finally {
    inflightBytes.give(heldBytes);
  }
}

/** Refuses before the body is received: without a key, or beyond the requests that may be open. */
function admission(parts: GrpcParts): ServerInterceptor {
  let open = 0;
  return (_, call) => {
    let held = 0;
    const release = (): void => {
      open -= held;
      held = 0;
    };
    const refusal = (metadata: Metadata): PlainStatus | undefined => {
      if (!parts.isAllowed(metadata.get('authorization')[0]?.toString())) {
        parts.metrics.add('requestsUnauthorized');
        return { code: status.UNAUTHENTICATED, details: KEY_MISSING };
      }
      return open < CALLS_MAX ? undefined : statusFor(new BusyError(`${CALLS_MAX} gRPC requests are open`), parts);
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, admit) => {
            const refused = refusal(metadata);
            if (refused !== undefined) return call.sendStatus(refused);
            open += 1;
            held = 1;
            admit(metadata);
          },
          onCancel: release,
        }),
      sendStatus: (sent, next) => {
        release();
        next(sent);
      },
    });
  };
}

/** With `RetryInfo` when the same request may be taken later, which is what makes a status retryable to OTLP. */
function statusFor(error: unknown, { metrics, say }: GrpcParts): PlainStatus {
  const refusal = refusalFor(error);
  if (refusal === undefined) {
    say(`OTLP over gRPC failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return { code: status.INTERNAL, details: 'the collector could not answer; its log says why' };
  }
  const { rpcCode: code, message: details, retryAfterS, counter } = refusal;
  if (counter !== undefined) metrics.add(counter);
  if (retryAfterS === undefined) return { code, details };
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', statusWithRetry(code, details, retryAfterS));
  return { code, details, metadata };
}

function bind(net: NetServer, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    net.once('error', reject);
    net.listen(port, host, () => {
      net.off('error', reject);
      resolve((net.address() as AddressInfo).port);
    });
  });
}

async function closeServer(
  server: Server,
  net: NetServer,
  sockets: ReadonlySet<Socket>,
  timeoutMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => net.close(() => resolve()));
  const deadline = setTimeout(() => {
    server.forceShutdown();
    for (const socket of sockets) socket.destroy();
  }, timeoutMs);
  // The library may call back while calls are still open; a connection closes by itself after its last one.
  server.tryShutdown(() => {});
  await closed;
  clearTimeout(deadline);
}
