import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CostspanError } from '@costspan/usage';
import { formatKeyList, type KeyChange, parseKeyList, type StoredKey, withoutEnded } from './key-list.ts';
import { replaceFile, withFileLock } from './replace-file.ts';

/** Keys of a file; none when there is no file. @throws CostspanError `KEY_FILE` when it cannot be read. */
export function readKeyFile(path: string): readonly StoredKey[] {
  const keys = readOrMistake(path);
  if (typeof keys === 'string') throw new CostspanError('KEY_FILE', `${path} ${keys}`);
  return keys;
}

/** The same, with the mistake as a value. */
export function readOrMistake(path: string): readonly StoredKey[] | string {
  try {
    return parseKeyList(readFileSync(path, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : `cannot be read: ${(error as Error).message}`;
  }
}

/**
 * Changes a key file in one step: whoever reads it sees the list before or the list after. Changes from several processes
 * come one after the other.
 * @throws what `change` throws, and CostspanError `KEY_FILE`.
 */
export function changeKeyFile(path: string, change: (keys: readonly StoredKey[]) => KeyChange): KeyChange {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return withFileLock(path, () => {
    const changed = change(readKeyFile(path));
    replaceFile(path, formatKeyList(changed.keys));
    return changed;
  });
}

/** Drops keys that ended. @returns how many. */
export function pruneKeyFile(path: string, nowMs: number): number {
  if (stateOfFile(path) === ABSENT) return 0;
  return withFileLock(path, () => {
    const keys = readKeyFile(path);
    const left = withoutEnded(keys, nowMs);
    replaceFile(path, formatKeyList(left));
    return keys.length - left.length;
  });
}

export const ABSENT = 'absent';

/** What tells that a file was written: its identity, size and time. */
export function stateOfFile(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? ABSENT : `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}
