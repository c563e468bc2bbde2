import { existsSync } from 'node:fs';
import type { CollectorConfig } from '@costspan/collector';
import { type Command, InvalidArgumentError } from 'commander';
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
    .option('--store <engine>', 'where the ledger is kept: duckdb');
}

/**
 * Settings of the file, under those of the environment, under those of the command line.
 * @throws InvalidInputError with every mistake at its line; CostspanError when the file cannot be read.
 */
export async function collectorConfig(options: CollectorOptions, terminal: Terminal): Promise<CollectorConfig> {
  if (options.store !== undefined && options.store !== 'duckdb') {
    throw new InvalidArgumentError(`--store "${options.store}" is not an engine of this version; it has duckdb`);
  }
  const file = options.config ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined);
  const text = file === undefined ? undefined : await readTextFile(file);
  const environment = {
    ...terminal.env,
    ...(options.listen === undefined ? {} : { COSTSPAN_LISTEN: options.listen }),
    ...(options.data === undefined ? {} : { COSTSPAN_DATA: options.data }),
  };
  const { parseConfig } = await import('@costspan/collector');
  return parseConfig(text, file ?? 'the options', environment);
}
