import { CostspanError, TAG_VALUE_LENGTH_MAX } from '@costspan/usage';
import { EXPIRED, OTHER, UNTAGGED } from '../query/labels.ts';
import { digestOf, formatToken, newToken } from './access-key.ts';
import { isRole, type Role } from './roles.ts';

/** A key as it is kept. Its secret is not: see `access-key.ts`. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The only customers it may know of; absent for all of them. */
  readonly customers?: readonly string[];
  /** Of the secret, as 64 hex digits. */
  readonly sha256: string;
  /** Milliseconds since 1970, all four. */
  readonly createdAtMs: number;
  /** From then on it is refused. */
  readonly expiresAtMs?: number;
  readonly revokedAtMs?: number;
  /** The key that took its place, and the one whose place it took. */
  readonly rotatedTo?: string;
  readonly rotatedFrom?: string;
}

export interface NewKey {
  readonly name: string;
  readonly role: Role;
  readonly customers?: readonly string[];
  readonly expiresAtMs?: number;
}

/** What changing the list gave: the list, and where a key was made its token, which is nowhere else. */
export interface KeyChange {
  readonly keys: readonly StoredKey[];
  readonly key: StoredKey;
  readonly token?: string;
}

/** Keys of one file, those that are refused by now included. */
const KEYS_MAX = 10_000;
const CUSTOMERS_MAX = 100;
const NAME_LENGTH_MAX = 80;

export type KeyState = 'active' | 'expired' | 'revoked';

export function stateOf({ expiresAtMs, revokedAtMs }: StoredKey, nowMs: number): KeyState {
  if (revokedAtMs !== undefined) return 'revoked';
  return expiresAtMs !== undefined && expiresAtMs <= nowMs ? 'expired' : 'active';
}

/** @throws CostspanError `KEY_INVALID` with what is wrong with the wish, `KEYS_FULL` when there is no room. */
export function withNewKey(keys: readonly StoredKey[], wish: NewKey, nowMs: number): KeyChange {
  const mistake = mistakeOf(wish);
  if (mistake !== undefined) throw new CostspanError('KEY_INVALID', mistake);
  return added(keys, wish, nowMs);
}

/**
 * A key with a new secret in the place of one that goes on for `overlapMs`, or until it expires anyway.
 * @throws CostspanError `KEY_UNKNOWN`, `KEY_INACTIVE`, `KEYS_FULL`
 */
export function withRotatedKey(keys: readonly StoredKey[], id: string, overlapMs: number, nowMs: number): KeyChange {
  const old = find(keys, id);
  const state = stateOf(old, nowMs);
  if (state !== 'active') {
    throw new CostspanError('KEY_INACTIVE', `the key ${id} is ${state}; make a new one with "costspan keys create"`);
  }
  const { name, role, customers } = old;
  const made = added(keys, { name, role, ...(customers && { customers }) }, nowMs, id);
  const expiresAtMs = Math.min(nowMs + overlapMs, old.expiresAtMs ?? Number.POSITIVE_INFINITY);
  const ending = { ...old, expiresAtMs, rotatedTo: made.key.id };
  return { ...made, keys: made.keys.map((key) => (key.id === id ? ending : key)) };
}

/** @throws CostspanError `KEY_UNKNOWN` */
export function withRevokedKey(keys: readonly StoredKey[], id: string, nowMs: number): KeyChange {
  const old = find(keys, id);
  const key = { ...old, revokedAtMs: old.revokedAtMs ?? nowMs };
  return { keys: keys.map((each) => (each.id === id ? key : each)), key };
}

function added(keys: readonly StoredKey[], wish: NewKey, nowMs: number, rotatedFrom?: string): KeyChange {
  if (keys.length >= KEYS_MAX) {
    throw new CostspanError(
      'KEYS_FULL',
      `there are ${KEYS_MAX} keys; drop those that ended with "costspan keys prune"`,
    );
  }
  const token = newToken();
  const key: StoredKey = {
    id: token.id,
    ...wish,
    sha256: digestOf(token.secret).toString('hex'),
    createdAtMs: nowMs,
    ...(rotatedFrom === undefined ? {} : { rotatedFrom }),
  };
  return { keys: [...keys, key], key, token: formatToken(token) };
}

/** Drops the keys that are refused already. */
export function withoutEnded(keys: readonly StoredKey[], nowMs: number): readonly StoredKey[] {
  return keys.filter((key) => stateOf(key, nowMs) === 'active');
}

function find(keys: readonly StoredKey[], id: string): StoredKey {
  const key = keys.find((each) => each.id === id);
  if (key === undefined) throw new CostspanError('KEY_UNKNOWN', `there is no key ${id}; see "costspan keys list"`);
  return key;
}

const LABELS: readonly string[] = [UNTAGGED, OTHER, EXPIRED];

function mistakeOf({ name, role, customers }: NewKey): string | undefined {
  if (name === '' || name.length > NAME_LENGTH_MAX || /\p{Cc}/u.test(name)) {
    return `a name has 1 to ${NAME_LENGTH_MAX} characters, none of them a control character`;
  }
  if (role === 'portal' && customers?.length !== 1)
    return 'a portal key is for exactly one customer; name it with --customer';
  if (customers === undefined) return undefined;
  if (role !== 'portal' && role !== 'viewer') return `a key of the role ${role} cannot be kept to customers`;
  if (customers.length === 0 || customers.length > CUSTOMERS_MAX) return `name 1 to ${CUSTOMERS_MAX} customers`;
  const odd = customers.find((id) => id === '' || id.length > TAG_VALUE_LENGTH_MAX || LABELS.includes(id));
  return odd === undefined ? undefined : `"${odd}" is no customer_id that a call can carry`;
}

/** Reads the content of a key file. @returns the keys, or what is wrong with the text. */
export function parseKeyList(text: string): readonly StoredKey[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`;
  }
  const { version, keys } = (value ?? {}) as { readonly version?: unknown; readonly keys?: unknown };
  if (version !== 1) return 'is of another version of Costspan';
  if (!Array.isArray(keys) || !keys.every(isStoredKey)) return 'has keys that are none';
  return keys;
}

export function formatKeyList(keys: readonly StoredKey[]): string {
  return `${JSON.stringify({ version: 1, keys }, undefined, 2)}\n`;
}

function isStoredKey(value: unknown): value is StoredKey {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, role, customers, sha256, createdAtMs, expiresAtMs, revokedAtMs } = value as Record<string, unknown>;
  const areTexts = typeof id === 'string' && typeof name === 'string' && typeof role === 'string' && isRole(role);
  if (!areTexts || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return false;
  const isInstant = (at: unknown) => at === undefined || Number.isFinite(at);
  if (![createdAtMs, expiresAtMs, revokedAtMs].every(isInstant)) return false;
  if (customers !== undefined && !(Array.isArray(customers) && customers.every((each) => typeof each === 'string'))) {
    return false;
  }
  return mistakeOf({ name, role, ...(customers === undefined ? {} : { customers }) }) === undefined;
}
