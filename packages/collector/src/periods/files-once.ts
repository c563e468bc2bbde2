import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a directory with files that are never written again. It gets its name when all of them are on the disk, so after a kill it is
 * whole or not there.
 */
export async function keepOnce(parent: string, name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const fresh = join(parent, `.${name}.new`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  for (const [file, text] of Object.entries(files)) await writeOnce(join(fresh, file), text);
  await rename(fresh, join(parent, name));
  const directory = await open(parent);
  await directory.sync().finally(() => directory.close());
}

async function writeOnce(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(path, 0o400);
}

/** Names in a directory; none where it is not there. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
