import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Alerts that were told, so that counting the ledger again after a restart does not tell them again. */
export interface ToldAlerts {
  has(id: string): boolean;
  /** On the disk when it resolves. */
  add(ids: readonly string[]): Promise<void>;
}

/** Most that are remembered, the newest: a year of a thousand a week. */
const KEPT_MAX = 100_000;

/** Remembers for as long as the process lives. */
export function toldInMemory(): ToldAlerts {
  const told = new Set<string>();
  return {
    has: (id) => told.has(id),
    add: async (ids) => {
      for (const id of ids) told.add(id);
      for (const id of told) {
        if (told.size <= KEPT_MAX) break;
        told.delete(id);
      }
    },
  };
}

/** Remembers in a file of one JSON text a line; a line that a crash has cut is left out. */
export async function openToldAlerts(file: string): Promise<ToldAlerts> {
  const ids = (await linesOf(file)).slice(-KEPT_MAX);
  const told = toldInMemory();
  await told.add(ids);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, textOf(ids));
  await rename(`${file}.new`, file);
  return {
    has: told.has,
    add: async (more) => {
      const handle = await open(file, 'a');
      try {
        await handle.appendFile(textOf(more));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await told.add(more);
    },
  };
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as string];
    } catch {
      return [];
    }
  });
}

function textOf(ids: readonly string[]): string {
  return ids.map((id) => `${JSON.stringify(id)}\n`).join('');
}
