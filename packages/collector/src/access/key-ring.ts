import type { Notices } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { bearerOf, digestOf, isSecretOf, parseToken } from './access-key.ts';
import { ABSENT, readOrMistake, stateOfFile } from './key-file.ts';
import type { StoredKey } from './key-list.ts';
import { stateOf } from './key-list.ts';
import type { Principal } from './principal.ts';
import type { Role } from './roles.ts';

export interface KeyRingOptions {
  /** Keys of the configuration. They may do everything, as they always could. */
  readonly ingestKeys: readonly string[];
  /** The file of keys, which need not be there yet; `undefined` where there is none. */
  readonly path: string | undefined;
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
  /** How often the file is looked at. */
  readonly intervalMs?: number;
}

interface HeldKey {
  readonly principal: Principal;
  readonly digest: Buffer;
  readonly stored: StoredKey;
}

/** A revoked key is refused after this time at the latest, and a new one at once: see {@link KeyRing.authenticate}. */
const LOOK_INTERVAL_MS = 500;
const TOPIC = 'keys';

/** Who is asking when nobody has to say. */
const ANYBODY: Principal = { id: 'anybody', name: 'anybody', role: 'admin' };

/**
 * The keys in force: those of the configuration and those of a file that is followed. A file that cannot be read changes
 * nothing. Once there were keys a collector never again takes requests without one.
 */
export class KeyRing {
  readonly #configured: readonly { readonly principal: Principal; readonly digest: Buffer }[];
  readonly #options: KeyRingOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #held: ReadonlyMap<string, HeldKey> = new Map();
  #seen = ABSENT;
  #isProtected: boolean;

  constructor(options: KeyRingOptions) {
    const { ingestKeys, path, intervalMs = LOOK_INTERVAL_MS } = options;
    this.#options = options;
    this.#configured = ingestKeys.map((key, index) => ({
      principal: { id: `ingestKeys[${index}]`, name: `ingestKeys[${index}]`, role: 'admin' },
      digest: digestOf(key),
    }));
    this.#isProtected = ingestKeys.length > 0;
    this.look();
    if (path !== undefined) this.#timer = setInterval(() => this.look(), intervalMs).unref();
  }

  /** Whether a request needs a key. */
  get isProtected(): boolean {
    return this.#isProtected;
  }

  /**
   * Who sends this `authorization` header; `undefined` when it carries no key that is in force. A key that is not known is
   * looked for in the file once more, so that one that was made a moment ago is never refused.
   * @param nowMs milliseconds since 1970
   */
  authenticate(header: string | undefined, nowMs: number = Date.now()): Principal | undefined {
    const key = bearerOf(header);
    const token = parseToken(key);
    if (!this.#isProtected) {
      // Whoever has a key knows of a file that this collector may not have seen yet.
      if (token !== undefined) this.look();
      if (!this.#isProtected) return ANYBODY;
    }
    if (key === '') return undefined;
    if (token === undefined) return this.#configuredOwner(key);
    let held = this.#held.get(token.id);
    if (held === undefined) {
      this.look();
      held = this.#held.get(token.id);
    }
    if (held === undefined) return this.#configuredOwner(key);
    return isSecretOf(token.secret, held.digest) && stateOf(held.stored, nowMs) === 'active'
      ? held.principal
      : undefined;
  }

  /** True for a header with a key of one of these roles, for transports that have no doors of their own. */
  admits(header: string | undefined, roles: readonly Role[]): boolean {
    const principal = this.authenticate(header);
    return principal !== undefined && roles.includes(principal.role);
  }

  /** Looks at the file now. */
  look(): void {
    const { path, metrics, notices } = this.#options;
    if (path === undefined) return;
    const now = stateOfFile(path);
    if (now === this.#seen) return;
    const keys = readOrMistake(path);
    if (typeof keys === 'string') {
      // Also a file that is being copied over this one: it is looked at again.
      metrics.add('keyReloadsRefused');
      notices.once(TOPIC, `${path} ${keys}; the keys that were in force stay, and those revoked since are not known`);
      if (this.#seen === ABSENT) this.#isProtected = true;
      return;
    }
    notices.over(TOPIC, `${path} is good again`);
    this.#seen = now;
    if (now !== ABSENT) this.#isProtected = true;
    this.#held = new Map(keys.map((key) => [key.id, heldKey(key)]));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Compares with every key of the configuration: the time taken says nothing about any of them. */
  #configuredOwner(key: string): Principal | undefined {
    let owner: Principal | undefined;
    for (const { principal, digest } of this.#configured) {
      if (isSecretOf(key, digest)) owner = principal;
    }
    return owner;
  }
}

function heldKey(stored: StoredKey): HeldKey {
  const { id, name, role, customers, sha256 } = stored;
  const principal = { id, name, role, ...(customers === undefined ? {} : { customers }) };
  return { principal, digest: Buffer.from(sha256, 'hex'), stored };
}
