import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { CostspanError } from '@costspan/usage';

/** Only the owner may read what stands in such a file. */
const MODE = 0o600;
/** A lock older than this was left by a process that ended in the middle. */
const LOCK_STALE_MS = 30_000;
const LOCK_WAIT_MS = 10_000;
const LOCK_STEP_MS = 20;

/** Writes a file anew beside the old one, flushes it to the disk and puts it in its place: no reader sees a part of it. */
export function replaceFile(path: string, text: string): void {
  const made = `${path}.${process.pid}.new`;
  try {
    const file = openSync(made, 'w', MODE);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(made, path);
  } catch (error) {
    rmSync(made, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/**
 * Runs `work` while no other process does the same with this file.
 * @throws CostspanError `FILE_BUSY` when another one holds it for too long.
 */
export function withFileLock<T>(path: string, work: () => T): T {
  const lock = `${path}.lock`;
  const untilMs = performance.now() + LOCK_WAIT_MS;
  while (!tryLock(lock)) {
    if (performance.now() > untilMs) {
      throw new CostspanError('FILE_BUSY', `another process is changing ${path}; if none is, remove ${lock}`);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_STEP_MS);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx', MODE));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const stat = statSync(lock, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > LOCK_STALE_MS) rmSync(lock, { force: true });
    return false;
  }
}

/** Where a folder cannot be flushed (Windows), the rename is flushed by the file system in its own time. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}
