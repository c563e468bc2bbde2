import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';

/** What the server gives beside the request; nothing in tests that ask the routes themselves. */
interface NodeBindings {
  readonly outgoing?: ServerResponse;
}

/**
 * Writes an answer of JSON straight to the connection where there is one: a `Response` makes streams and headers of it that take
 * more of a processor than the decision (bench/quota.bench.ts).
 */
export function directAnswer(
  context: Context,
  status: number,
  headers: Readonly<Record<string, string>>,
  value: unknown,
): Response {
  const text = JSON.stringify(value);
  const outgoing = (context.env as NodeBindings | undefined)?.outgoing;
  if (outgoing === undefined) return new Response(text, { status, headers });
  const requestId = context.get('requestId');
  const length = Buffer.byteLength(text);
  outgoing.writeHead(status, {
    ...headers,
    'content-length': length,
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
  });
  outgoing.end(text);
  return RESPONSE_ALREADY_SENT;
}
