import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The files that were named, and for a folder every `.json` in it and below, by name. What does not exist is left to its reader. */
export async function jsonFiles(paths: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(paths.map(async (path) => ((await isFolder(path)) ? jsonFilesIn(path) : [path])));
  return lists.flat();
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function jsonFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}
