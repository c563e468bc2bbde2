import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { CostspanError } from '@costspan/usage';
import type { Inflight } from '../inflight.ts';

/** Larger steps than the default 16 KiB: a body of 512 spans inflates in two instead of thirty. */
const INFLATE_STEP_BYTES = 256 * 1024;

const DECOMPRESSORS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ chunkSize: INFLATE_STEP_BYTES }),
  'x-gzip': () => createGunzip({ chunkSize: INFLATE_STEP_BYTES }),
  deflate: () => createInflate({ chunkSize: INFLATE_STEP_BYTES }),
  zstd: () => createZstdDecompress({ chunkSize: INFLATE_STEP_BYTES }),
};

/** A body that cannot be taken as it is; `status` is the HTTP answer. Sending it again changes nothing. */
export class BodyError extends CostspanError {
  override readonly name = 'BodyError';
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, code: string, message: string, options?: { readonly cause?: unknown }) {
    super(code, message, options);
    this.status = status;
  }
}

export interface BodyLimits {
  /** Before and after decompression. */
  readonly bodyBytesMax: number;
  /** All bodies together. What is read here stays taken; the caller gives it back. */
  readonly inflight: Inflight;
}

export interface ReadBody {
  readonly body: Buffer;
  /** What was taken of the inflight bytes, also when reading failed. */
  readonly heldBytes: number;
}

/**
 * The whole body, decompressed, without ever holding more than the limit.
 * @throws BodyError 413 over the limit, 415 for an encoding that is not known, 400 when it cannot be decompressed or the
 *   client left; BusyError when all bodies together are over theirs. What was taken of `inflight` is then given back.
 */
export async function readBody(incoming: IncomingMessage, limits: BodyLimits): Promise<ReadBody> {
  const encoding = (incoming.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const decompressor = encoding === 'identity' || encoding === '' ? undefined : DECOMPRESSORS[encoding]?.();
  if (decompressor === undefined && encoding !== 'identity' && encoding !== '') {
    throw new BodyError(
      415,
      'ENCODING_UNKNOWN',
      `content-encoding "${encoding.slice(0, 40)}" is not known; use gzip, zstd, deflate or none`,
    );
  }
  if (Number(incoming.headers['content-length'] ?? 0) > limits.bodyBytesMax) throw tooLarge(limits.bodyBytesMax);
  const collected = new BoundedBytes(limits);
  try {
    await receive(incoming, decompressor, collected, limits.bodyBytesMax);
    return { body: collected.join(), heldBytes: collected.size };
  } catch (error) {
    limits.inflight.give(collected.size);
    throw error;
  }
}

class BoundedBytes {
  size = 0;
  readonly #chunks: Buffer[] = [];
  readonly #limits: BodyLimits;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  push(chunk: Buffer): void {
    const { bodyBytesMax, inflight } = this.#limits;
    if (this.size + chunk.length > bodyBytesMax) throw tooLarge(bodyBytesMax);
    inflight.take(chunk.length);
    this.size += chunk.length;
    this.#chunks.push(chunk);
  }

  join(): Buffer {
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks, this.size);
  }
}

/** Moves the body into `collected`; on failure it stops reading and leaves the rest where it is. */
function receive(
  incoming: IncomingMessage,
  decompressor: Transform | undefined,
  collected: BoundedBytes,
  bodyBytesMax: number,
): Promise<void> {
  const source = decompressor ?? incoming;
  let receivedBytes = 0;
  return new Promise((resolve, reject) => {
    const onReceived = (chunk: Buffer): void => {
      receivedBytes += chunk.length;
      if (receivedBytes > bodyBytesMax) settle(tooLarge(bodyBytesMax));
    };
    const onData = (chunk: Buffer): void => {
      try {
        collected.push(chunk);
      } catch (error) {
        settle(error);
      }
    };
    const onEnd = (): void => settle(undefined);
    const onBroken = (cause: Error): void =>
      settle(new BodyError(400, 'BODY_COMPRESSION', `the body cannot be decompressed: ${cause.message}`, { cause }));
    const onGone = (): void => {
      if (!incoming.complete)
        settle(new BodyError(400, 'BODY_CUT_OFF', 'the client left before the body was complete'));
    };
    function settle(error: unknown): void {
      source.off('data', onData).off('end', onEnd);
      incoming.off('data', onReceived).off('close', onGone).off('error', onGone);
      if (decompressor !== undefined) {
        incoming.unpipe(decompressor);
        decompressor.off('error', onBroken).on('error', () => {});
        decompressor.destroy();
      }
      if (error === undefined) resolve();
      else {
        incoming.pause();
        reject(error);
      }
    }
    source.on('data', onData).on('end', onEnd);
    incoming.on('close', onGone).on('error', onGone);
    if (decompressor !== undefined) {
      incoming.on('data', onReceived);
      incoming.pipe(decompressor).on('error', onBroken);
    }
  });
}

function tooLarge(bodyBytesMax: number): BodyError {
  return new BodyError(
    413,
    'BODY_TOO_LARGE',
    `the body is larger than ${bodyBytesMax} bytes before or after decompression; send smaller batches or raise bodyBytesMax`,
  );
}
