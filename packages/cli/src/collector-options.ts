import { existsSync } from 'node:fs';
import type { CollectorConfig } from '@costspan/collector';
import type { Command } from 'commander';
import { readTextFile } from './price-book-files.ts';
import type { Terminal } from './terminal.ts';

export interface CollectorOptions {
  readonly listen?: string;
  readonly data?: string;
  readonly config?: string;
  readonly store?: string;
}

const CONFIG_FILE = 'costspan.yaml';

/** The options that `up` and `demo` share. */
export function withCollectorOptions(command: Command): Command {
  return command
    .option('--listen <host:port>', 'where to listen (COSTSPAN_LISTEN; default 127.0.0.1:4318)')
    .option('--data <dir>', 'where the ledger lives (COSTSPAN_DATA; default ./.costspan)')
    .option('--config <file>', `settings beyond these (default: ${CONFIG_FILE} when there is one)`)
    .option(
      '--store <url>',
      'where calls are kept: duckdb or clickhouse://user:password@host/database (COSTSPAN_STORE_URL)',
    );
}

/**
 * Settings of the file, under those of the environment, under those of the command line.
 * @throws InvalidInputError with every mistake at its line; CostspanError when the file cannot be read.
 */
export async function collectorConfig(options: CollectorOptions, terminal: Terminal): Promise<CollectorConfig> {
  const file = options.config ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined);
  const text = file === undefined ? undefined : await readTextFile(file);
  const environment = {
    ...terminal.env,
    ...(options.listen === undefined ? {} : { COSTSPAN_LISTEN: options.listen }),
    ...(options.data === undefined ? {} : { COSTSPAN_DATA: options.data }),
    ...(options.store === undefined ? {} : { COSTSPAN_STORE_URL: options.store }),
  };
  const { parseConfig } = await import('@costspan/collector');
  return parseConfig(text, file ?? 'the options', environment);
}
