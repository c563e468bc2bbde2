import type { Command } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

/** Adds one command to the program. It reports its exit code through `exit`; without a report it is 0. */
export type DefineCommand = (program: Command, terminal: Terminal, exit: (code: ExitCode) => void) => void;
