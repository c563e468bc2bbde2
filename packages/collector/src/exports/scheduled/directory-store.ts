import { copyFile, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportStore } from './export-store.ts';

/** A directory, perhaps on another disk. */
export function directoryStore(directory: string): ExportStore {
  return {
    has: (name) =>
      stat(join(directory, name)).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return false;
          throw error;
        },
      ),
    async put(name, file) {
      const target = join(directory, name);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(file, `${target}.part`);
      const copy = await open(`${target}.part`, 'r+');
      await copy.sync().finally(() => copy.close());
      await rename(`${target}.part`, target);
    },
  };
}
