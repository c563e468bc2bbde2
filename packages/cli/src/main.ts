import { CostspanError } from '@costspan/usage';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { COMMANDS } from './commands/index.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { processIo, type Terminal } from './terminal.ts';

/**
 * Runs one command line and returns its exit code: 0 all well, 1 something was found or failed, 2 the command line was wrong.
 * Never throws and never ends the process.
 */
export async function main(args: readonly string[], terminal: Terminal = processIo()): Promise<ExitCode> {
  const outcome: { code: ExitCode } = { code: EXIT.ok };
  const program = new Command('costspan')
    .description('Knows who every LLM call was for and what it cost.')
    .helpCommand(true)
    .showHelpAfterError('(add --help for the options)');
  for (const define of COMMANDS) {
    define(program, terminal, (code) => {
      outcome.code = code;
    });
  }
  for (const command of [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });
  }
  try {
    if (args.length === 0) {
      program.outputHelp();
      return EXIT.ok;
    }
    await program.parseAsync([...args], { from: 'user' });
    return outcome.code;
  } catch (error) {
    return explain(error, terminal);
  }
}

/** A sentence for what people can mend, a stack only for what they cannot. */
function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof InvalidArgumentError) {
    terminal.stderr.write(`costspan: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CostspanError) {
    terminal.stderr.write(`costspan: ${error.message}\n`);
    return EXIT.finding;
  }
  terminal.stderr.write(
    `costspan: unexpected failure; please report it\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT.finding;
}
