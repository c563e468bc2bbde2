import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';
import { type UsageApi, usageApiAt, usageApiOf } from './usage-api.ts';

export interface ApiOptions {
  readonly url: string;
  readonly data?: string;
}

/** The options of every command that asks the API. */
export function withApiOptions(command: Command, terminal: Terminal): Command {
  return command
    .option('--url <url>', 'the collector (COSTSPAN_URL)', terminal.env['COSTSPAN_URL'] ?? 'http://127.0.0.1:4318')
    .option('--data <dir>', 'read the ledger in this directory instead; no collector may have it open');
}

/** Asks the API of a collector, or of a ledger that is opened for it and closed after. */
export async function withApi<T>(
  options: ApiOptions,
  terminal: Terminal,
  use: (api: UsageApi) => Promise<T>,
): Promise<T> {
  const api =
    options.data === undefined
      ? usageApiAt(options.url, terminal.env['COSTSPAN_API_KEY'])
      : await usageApiOf(options.data);
  try {
    return await use(api);
  } finally {
    await api.close();
  }
}
