import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ProviderError, toWireError, type WireFormat } from './provider-error.ts';
import type { Reply, StreamEvent } from './simulated-api.ts';

export interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly format: WireFormat;
  readonly requestId: string;
  /** Multiplies every wait; 0 sends as fast as the socket takes it. */
  readonly latencyScale: number;
  /** `drop` cuts the connection half-way, `stream_error` ends a stream half-way with the provider's error event. */
  readonly interruption: 'drop' | 'stream_error' | undefined;
}

/** Sends a reply at its own pace. Ends early and quietly when the client goes away. */
export async function sendReply(response: ServerResponse, reply: Reply, sending: Sending): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    if (reply.kind === 'json') await sendJson(response, reply.delayMs, reply.body, sending, gone.signal);
    else await sendStream(response, reply.events, sending, gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

async function sendJson(
  response: ServerResponse,
  delayMs: number,
  body: object,
  sending: Sending,
  signal: AbortSignal,
): Promise<void> {
  await pause(delayMs * sending.latencyScale, signal);
  if (sending.interruption !== undefined) {
    response.destroy();
    return;
  }
  response.writeHead(200, { ...sending.headers, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function sendStream(
  response: ServerResponse,
  events: readonly StreamEvent[],
  sending: Sending,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, {
    ...sending.headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  const end = sending.interruption === undefined ? events.length : Math.ceil(events.length / 2);
  for (const event of events.slice(0, end)) {
    await pause(event.delayMs * sending.latencyScale, signal);
    if (!response.write(frame(event))) await drained(response, signal);
  }
  // What was said before a break arrives: it leaves this process before the connection is cut.
  if (sending.interruption === 'drop') await flushed(response);
  if (sending.interruption === 'drop') {
    response.destroy();
    return;
  }
  if (sending.interruption === 'stream_error') response.write(errorFrame(sending));
  response.end();
}

function frame(event: StreamEvent): string {
  const data = event.data === '[DONE]' ? event.data : JSON.stringify(event.data);
  return event.event === undefined ? `data: ${data}\n\n` : `event: ${event.event}\ndata: ${data}\n\n`;
}

function errorFrame({ format, requestId }: Sending): string {
  const error =
    format === 'anthropic'
      ? new ProviderError('overloaded', 'Overloaded')
      : new ProviderError('server_error', 'The server had an error while it was answering. Please try again.');
  return frame({ delayMs: 0, event: 'error', data: toWireError(format, error, requestId).body });
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (durationMs >= 1) await wait(durationMs, undefined, { signal });
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      response.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onDrain = () => settle(resolve);
    const onAbort = () => settle(() => reject(signal.reason));
    response.once('drain', onDrain);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function flushed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.write(':\n\n', () => resolve());
  });
}
