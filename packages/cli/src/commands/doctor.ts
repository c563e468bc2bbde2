import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ProbedLibrary } from '@costspan/instrumentation';
import { baseBook } from '@costspan/pricing';
import { EXIT } from '../exit-code.ts';
import { checkQuotas } from '../quota/check-quotas.ts';
import type { Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';
import type { DefineCommand } from './command.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'fail';
  readonly detail: string;
}

/** `costspan doctor`: what works here, what does not, and what to do about it. */
export const defineDoctor: DefineCommand = (program, terminal, exit) => {
  program
    .command('doctor')
    .description(
      'Check the runtime, the data directory, the collector, its quotas and the provider SDKs of this project.',
    )
    .option('--url <url>', 'the collector (COSTSPAN_URL)', terminal.env['COSTSPAN_URL'] ?? 'http://127.0.0.1:4318')
    .option('--data <dir>', 'where the ledger lives (COSTSPAN_DATA)', terminal.env['COSTSPAN_DATA'] ?? './.costspan')
    .option('--json', 'the checks as JSON')
    .action(async (options: { readonly url: string; readonly data: string; readonly json?: true }) => {
      const checks = [
        checkRuntime(),
        checkCatalogue(),
        await checkDataDirectory(options.data),
        await checkCollector(options.url),
        ...(await checkQuotas(options.url, terminal.env)),
        ...(await checkInstrumentation()),
      ];
      report(checks, terminal, options.json === true);
      if (checks.some((check) => check.state === 'fail')) exit(EXIT.finding);
    });
};

function checkRuntime(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > 22 || (major === 22 && minor >= 15);
  return {
    name: 'node',
    state: isNewEnough ? 'ok' : 'fail',
    detail: `${process.versions.node}${isNewEnough ? '' : '; 22.15 or newer is needed'}`,
  };
}

function checkCatalogue(): Check {
  return { name: 'price catalogue', state: 'ok', detail: baseBook().version };
}

async function checkDataDirectory(dir: string): Promise<Check> {
  try {
    await access(nearestExisting(resolve(dir)), constants.W_OK);
    return { name: 'data directory', state: 'ok', detail: `${dir} can be written` };
  } catch (error) {
    return {
      name: 'data directory',
      state: 'fail',
      detail: `${dir} cannot be written: ${(error as Error).message}; choose another with --data`,
    };
  }
}

/** The directory itself, or the one in which it would be made: a check changes nothing. */
function nearestExisting(dir: string): string {
  return existsSync(dir) || dirname(dir) === dir ? dir : nearestExisting(dirname(dir));
}

async function checkCollector(url: string): Promise<Check> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(3_000) });
    if (response.ok) return { name: 'collector', state: 'ok', detail: `ready at ${url}` };
    return {
      name: 'collector',
      state: 'fail',
      detail: `${url} answers ${response.status}: ${(await response.text()).slice(0, 200)}`,
    };
  } catch {
    return { name: 'collector', state: 'note', detail: `none at ${url}; start one with "costspan up"` };
  }
}

/** The SDKs of the project this runs in, loaded as `node --import` would. What a running app observes its own `doctor()` says. */
async function checkInstrumentation(): Promise<Check[]> {
  const { probeProject } = await import('@costspan/instrumentation');
  try {
    return (await probeProject(process.cwd())).map(checkSdk);
  } catch (error) {
    return [{ name: 'provider SDKs', state: 'fail', detail: `they could not be loaded: ${(error as Error).message}` }];
  }
}

function checkSdk({ library, installed, observed, failure, reason }: ProbedLibrary): Check {
  if (installed === undefined) return { name: library, state: 'note', detail: 'not installed here' };
  if (failure !== undefined)
    return { name: library, state: 'fail', detail: `${installed} cannot be loaded: ${failure}` };
  return { name: library, state: observed ? 'ok' : 'fail', detail: `${installed}: ${reason}` };
}

function report(checks: readonly Check[], terminal: Terminal, asJson: boolean): void {
  if (asJson) {
    terminal.stdout.write(`${JSON.stringify({ checks })}\n`);
    return;
  }
  const table = textTable(
    [
      { title: 'check', align: 'left', cell: (check: Check) => check.name },
      { title: 'state', align: 'left', cell: (check: Check) => check.state },
      { title: 'detail', align: 'left', cell: (check: Check) => check.detail },
    ],
    checks,
  );
  terminal.stdout.write(`${table}\n`);
}
