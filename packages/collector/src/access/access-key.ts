import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What an authorization header carries. The id is public and finds the key; the secret proves it. */
export interface KeyToken {
  readonly id: string;
  readonly secret: string;
}

const ID_BYTES = 6;
/** 256 bits: nobody guesses one, so a fast hash keeps it as well as a slow one would. */
const SECRET_BYTES = 32;
/** The beginning is what scanners for leaked secrets look for. */
const TOKEN = /^cspan_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export function newToken(): KeyToken {
  return { id: randomBytes(ID_BYTES).toString('hex'), secret: randomBytes(SECRET_BYTES).toString('base64url') };
}

export function formatToken({ id, secret }: KeyToken): string {
  return `cspan_${id}_${secret}`;
}

/** `undefined` when the text is no key of ours. */
export function parseToken(text: string): KeyToken | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Takes the same time wherever the two differ. */
export function isSecretOf(secret: string, digest: Buffer): boolean {
  return timingSafeEqual(digestOf(secret), digest);
}

/** The key of an `authorization` header; empty when there is none. */
export function bearerOf(header: string | undefined): string {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
}
