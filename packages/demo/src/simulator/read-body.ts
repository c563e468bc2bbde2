import type { IncomingMessage } from 'node:http';
import { ProviderError } from './provider-error.ts';
import { isRecord } from './request-fields.ts';
import type { RequestBody } from './simulated-api.ts';

/** Bodies above this are refused with 413, as the providers do at some size. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;

/**
 * The request body, as text and as JSON.
 * @throws ProviderError `too_large`, or `invalid_request` when it is not a JSON object.
 */
export async function readBody(
  request: IncomingMessage,
): Promise<{ readonly text: string; readonly body: RequestBody }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    // The rest is read and thrown away: answering before the client has finished sending would reset its connection.
    if (size <= BODY_BYTES_MAX) parts.push(part);
  }
  if (size > BODY_BYTES_MAX) throw new ProviderError('too_large', `Request exceeds ${BODY_BYTES_MAX} bytes.`);
  const text = Buffer.concat(parts).toString('utf8');
  return { text, body: parseBody(text) };
}

function parseBody(text: string): RequestBody {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = new ProviderError('invalid_request', 'We could not parse the JSON body of your request.');
    problem.cause = error;
    throw problem;
  }
  if (!isRecord(value)) throw new ProviderError('invalid_request', 'The request body must be a JSON object.');
  return value;
}
