import type { DefineCommand } from '../command.ts';
import { defineBuild } from './build.ts';
import { defineConfig } from './config.ts';
import { defineLint } from './lint.ts';

/** Every `costspan collector …`. One file and one line each. */
const COLLECTOR_COMMANDS: readonly DefineCommand[] = [defineConfig, defineLint, defineBuild];

/** `costspan collector …`: the stock OpenTelemetry Collector with the cost processor in it. */
export const defineCollector: DefineCommand = (program, terminal, exit) => {
  const collector = program
    .command('collector')
    .description('Write, check and build an OpenTelemetry Collector that knows what LLM calls cost.');
  for (const define of COLLECTOR_COMMANDS) define(collector, terminal, exit);
};
