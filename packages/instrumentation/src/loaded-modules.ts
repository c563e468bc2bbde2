import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

export interface LoadedModule {
  readonly exports: unknown;
  readonly version: string | undefined;
}

/**
 * Copies of a library that were `require`d before anybody watched. Node keeps no such list of ES modules.
 */
export function loadedModules(library: string): LoadedModule[] {
  const main = `${sep}node_modules${sep}${library.replaceAll('/', sep)}${sep}index.js`;
  const { cache } = createRequire(import.meta.url);
  return Object.entries(cache)
    .filter(([path, module]) => path.endsWith(main) && module?.loaded === true)
    .map(([path, module]) => ({ exports: module?.exports, version: packageVersion(dirname(path)) }));
}

/** The version in a package's folder; `undefined` where there is none to read. */
export function packageVersion(folder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return (manifest as { readonly version?: string }).version;
  } catch {
    return undefined;
  }
}
