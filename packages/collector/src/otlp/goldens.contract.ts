import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OtlpFormat } from './traces.ts';

const FOLDER = join(import.meta.dirname, 'goldens');
const SUFFIX = '.body';

export interface Golden {
  /** Sender, version and format. */
  readonly name: string;
  readonly format: OtlpFormat;
  readonly body: Buffer;
}

/** Requests that real senders wrote; `goldens/README.md` says which. */
export const GOLDENS: readonly Golden[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(SUFFIX))
  .sort()
  .map((file) => {
    const name = file.slice(0, -SUFFIX.length);
    return { name, format: name.endsWith('.json') ? 'json' : 'protobuf', body: readFileSync(join(FOLDER, file)) };
  });
