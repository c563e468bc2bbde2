import { type CollectorConfig, parseConfig, readConfigFile } from '@costspan/collector';
import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export interface CollectorOptions {
  readonly listen?: string;
  readonly data?: string;
  readonly config?: string;
  readonly store?: string;
}

/** The options that `up` and `demo` share. */
export function withCollectorOptions(command: Command): Command {
  return command
    .option('--listen <host:port>', 'where to listen (COSTSPAN_LISTEN; default 127.0.0.1:4318)')
    .option('--data <dir>', 'where the ledger lives (COSTSPAN_DATA; default ./.costspan)')
    .option('--config <file>', 'settings beyond these (default: costspan.yaml when there is one)')
    .option('--store <engine>', 'duckdb (COSTSPAN_STORE; default duckdb)');
}

/**
 * Settings from the file, then the environment, then the command line; the later wins.
 * @throws InvalidInputError with every mistake of the file or of the options.
 */
export async function collectorConfig(options: CollectorOptions, terminal: Terminal): Promise<CollectorConfig> {
  const fromFile = await readConfigFile(options.config, terminal.env);
  const { env } = terminal;
  const given = {
    listen: options.listen ?? env['COSTSPAN_LISTEN'],
    data: options.data ?? env['COSTSPAN_DATA'],
    store: options.store ?? env['COSTSPAN_STORE'],
  };
  const overrides = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return parseConfig({ ...fromFile, ...overrides }, options.config ?? 'options');
}
