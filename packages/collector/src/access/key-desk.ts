import { join } from 'node:path';
import { CostspanError } from '@costspan/usage';
import type { CollectorConfig } from '../config/collector-config.ts';
import { accessFolder } from './access-folder.ts';
import { appendAuditText } from './audit-log.ts';
import { changeKeyFile, pruneKeyFile, readKeyFile } from './key-file.ts';
import { type KeyChange, type NewKey, type StoredKey, withNewKey, withRevokedKey, withRotatedKey } from './key-list.ts';
import { AUDIT_FILE } from './open-access.ts';

/** Where keys are made and ended. What is done here is in force in a running collector within a second. */
export interface KeyDesk {
  readonly path: string;
  list(): readonly StoredKey[];
  create(wish: NewKey): Promise<KeyChange>;
  /** The key goes on for `overlapMs` beside the one that takes its place. */
  rotate(id: string, overlapMs: number): Promise<KeyChange>;
  revoke(id: string): Promise<KeyChange>;
  /** Drops keys that ended. @returns how many. */
  prune(): Promise<number>;
}

/**
 * @param by who does it, for the audit log
 * @throws CostspanError `KEY_FILE` with a ledger in memory and no `access.keys`
 */
export function openKeyDesk(
  { data, access }: Pick<CollectorConfig, 'data' | 'access'>,
  by: string,
  now: () => number = Date.now,
): KeyDesk {
  const { keys: path, auditBytesMax } = access;
  if (path === undefined) {
    throw new CostspanError('KEY_FILE', 'a ledger in memory has no file of keys; name one with access.keys');
  }
  const folder = accessFolder(data);
  const tell = async (command: string, key: string | null, more: object = {}): Promise<void> => {
    if (folder === undefined || auditBytesMax === 0) return;
    const line = { at: new Date(now()).toISOString(), command: `keys ${command}`, key, by, ...more };
    await appendAuditText(join(folder, AUDIT_FILE), `${JSON.stringify(line)}\n`, auditBytesMax);
  };
  return {
    path,
    list: () => readKeyFile(path),
    create: async (wish) => {
      const made = changeKeyFile(path, (keys) => withNewKey(keys, wish, now()));
      const { id, role, customers } = made.key;
      await tell('create', id, { role, customers });
      return made;
    },
    rotate: async (id, overlapMs) => {
      const made = changeKeyFile(path, (keys) => withRotatedKey(keys, id, overlapMs, now()));
      await tell('rotate', id, { to: made.key.id });
      return made;
    },
    revoke: async (id) => {
      const ended = changeKeyFile(path, (keys) => withRevokedKey(keys, id, now()));
      await tell('revoke', id);
      return ended;
    },
    prune: async () => {
      const dropped = pruneKeyFile(path, now());
      await tell('prune', null, { dropped });
      return dropped;
    },
  };
}
