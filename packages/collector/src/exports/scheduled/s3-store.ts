import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CostspanError } from '@costspan/usage';
import { AwsClient } from 'aws4fetch';
import type { ExportStore } from './export-store.ts';

/** A bucket of Amazon S3 or of a store that speaks as it does. */
export interface S3Place {
  readonly bucket: string;
  /** Begins every key; empty, or with `/` at its end. */
  readonly prefix: string;
  readonly region: string;
  /** Of a store that is not Amazon’s: the bucket is then the first part of the path. */
  readonly endpoint?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Attempts after the first one, each after twice as long a wait. */
const RETRIES = 4;
const REQUEST_TIMEOUT_MS = 300_000;

/** The only file that knows the signing library. Bodies are signed too, so that what arrives is what was sent. */
export function s3Store(place: S3Place): ExportStore {
  const { accessKeyId, secretAccessKey, sessionToken, region } = place;
  const client = new AwsClient({
    ...{ accessKeyId, secretAccessKey, region, service: 's3', retries: RETRIES },
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
  const request = async (method: 'HEAD' | 'PUT', name: string, body?: Buffer<ArrayBuffer>): Promise<Response> => {
    const url = urlOf(place, name);
    const sha256 = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    try {
      return await client.fetch(url, {
        method,
        headers: { 'x-amz-content-sha256': sha256 },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      throw new CostspanError('EXPORT_STORE', `${new URL(url).host} cannot be reached: ${reasonOf(cause)}`, { cause });
    }
  };
  return {
    async has(name) {
      const { status } = await request('HEAD', name);
      if (status === 200 || status === 404) return status === 200;
      throw refused(place, status, '');
    },
    async put(name, file) {
      const response = await request('PUT', name, await readFile(file));
      if (!response.ok) throw refused(place, response.status, await response.text());
    },
  };
}

function urlOf({ bucket, prefix, region, endpoint }: S3Place, name: string): string {
  // The characters of our names need no escape but those of the prefix may.
  const key = `${prefix}${name}`.split('/').map(encodeURIComponent).join('/');
  return endpoint === undefined
    ? `https://${bucket}.s3.${region}.amazonaws.com/${key}`
    : `${endpoint.replace(/\/$/, '')}/${bucket}/${key}`;
}

function refused({ bucket }: S3Place, status: number, text: string): CostspanError {
  const code = /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(text)?.[1];
  const hint = status === 403 ? '; check the keys, the region and what the keys may do' : '';
  return new CostspanError('EXPORT_STORE', `the bucket ${bucket} answered ${code ?? status}${hint}`);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
