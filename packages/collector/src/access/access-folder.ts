import { join } from 'node:path';

/** Where keys and the audit log stand beside a ledger; `undefined` for one in memory. */
export function accessFolder(data: string): string | undefined {
  if (data === ':memory:') return undefined;
  return data.endsWith('.duckdb') ? `${data}.access` : join(data, 'access');
}

/** @param named by the configuration; empty for the usual place. */
export function keyFileOf(data: string, named = ''): string | undefined {
  if (named !== '') return named;
  const folder = accessFolder(data);
  return folder === undefined ? undefined : join(folder, 'keys.json');
}
