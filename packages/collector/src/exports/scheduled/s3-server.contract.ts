import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

export const S3_KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

export interface S3Server {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Every request that came, in its order. */
  readonly log: string[];
  /** The next requests that are answered so instead. */
  readonly failures: number[];
  close(): Promise<void>;
}

/**
 * A store that takes PUT, HEAD and GET with a path, and refuses what is not signed with Signature Version 4 by its key, for its region,
 * body included. Written from the description of the signature: canonical request, string to sign, derived key.
 */
export async function openS3Server(region: string): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const log: string[] = [];
  const failures: number[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await buffer(incoming);
      const path = decodeURIComponent(new URL(incoming.url ?? '/', 'http://x').pathname);
      const answer = (status: number, code = '', content?: Buffer): void => {
        log.push(`${incoming.method} ${path} ${status}`);
        outgoing.writeHead(status);
        outgoing.end(
          incoming.method === 'HEAD' ? undefined : (content ?? (code && `<Error><Code>${code}</Code></Error>`)),
        );
      };
      const failure = failures.shift();
      if (failure !== undefined) return answer(failure, 'SlowDown');
      if (!isSigned(incoming, body, region)) return answer(403, 'SignatureDoesNotMatch');
      if (incoming.method === 'PUT') {
        objects.set(path, body);
        return answer(200);
      }
      const found = objects.get(path);
      return found === undefined ? answer(404, 'NoSuchKey') : answer(200, '', found);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    ...{ objects, log, failures, endpoint: `http://127.0.0.1:${port}` },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

function isSigned({ method, url, headers }: IncomingMessage, body: Buffer, region: string): boolean {
  const match = AUTHORIZATION.exec(headers.authorization ?? '');
  if (match === null) return false;
  const [, key, date, asked, signedHeaders = '', signature] = match;
  const time = String(headers['x-amz-date']);
  const hash = sha256(body);
  const names = signedHeaders.split(';');
  if (key !== S3_KEYS.accessKeyId || asked !== region || headers['x-amz-content-sha256'] !== hash) return false;
  if (!time.startsWith(date ?? '-') || !names.includes('host') || !names.includes('x-amz-content-sha256')) return false;
  const { pathname, searchParams } = new URL(url ?? '/', 'http://x');
  searchParams.sort();
  const canonical = [
    ...[method, pathname, searchParams.toString()],
    ...names.map((name) => `${name}:${String(headers[name]).trim()}`),
    ...['', signedHeaders, hash],
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, `${date}/${region}/s3/aws4_request`, sha256(canonical)].join('\n');
  const derived = [date ?? '', region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (own, part) => createHmac('sha256', own).update(part).digest(),
    `AWS4${S3_KEYS.secretAccessKey}`,
  );
  return createHmac('sha256', derived).update(text).digest('hex') === signature;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
