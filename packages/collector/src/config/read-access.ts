import { existsSync } from 'node:fs';
import type { AccessConfig } from '../access/access-config.ts';
import { keyFileOf } from '../access/access-folder.ts';
import { ACCESS_OPTIONS } from './access-options.ts';
import type { ConfigReader } from './config-reader.ts';

const PATH = ['access'];

/** @param data directory of the ledger, or `:memory:` */
export function readAccess(reader: ConfigReader, value: unknown, data: string): AccessConfig {
  const section = reader.section(value, PATH, Object.keys(ACCESS_OPTIONS));
  const { keys: named, ...options } = reader.options(ACCESS_OPTIONS, section, PATH);
  const keys = keyFileOf(data, named);
  return { ...options, ...(keys === undefined ? {} : { keys }) };
}

/** True where requests need a key: of the configuration, or of a file that is there already. */
export function needsKey(ingestKeys: readonly string[], { keys }: AccessConfig): boolean {
  return ingestKeys.length > 0 || (keys !== undefined && existsSync(keys));
}
