import { readFile } from 'node:fs/promises';
import type { RemoteObjects, ShippedFile, Step } from '@costspan/datadog/provision';
import { CostspanError } from '@costspan/usage';
import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

export interface RemoteOptions {
  readonly variables?: string;
  readonly site?: string;
  readonly url?: string;
}

/** The options of every command that talks to Datadog. Keys come from the environment alone: a command line is no secret. */
export function withRemoteOptions(command: Command, terminal: Terminal): Command {
  return command
    .option('--variables <file>', 'thresholds and owners, as in dashboards/datadog/variables.json')
    .option('--site <site>', 'the Datadog site (DD_SITE)', terminal.env['DD_SITE'])
    .option('--url <url>', 'another address of the API');
}

/** Opens the API with the keys of the environment. */
export async function openRemote(options: RemoteOptions, terminal: Terminal): Promise<RemoteObjects> {
  const { openDatadogApi } = await import('@costspan/datadog/provision');
  const [apiKey, appKey] = [terminal.env['DD_API_KEY'] ?? '', terminal.env['DD_APP_KEY'] ?? ''];
  if (apiKey === '' || appKey === '') {
    throw new CostspanError('KEYS_MISSING', 'set DD_API_KEY and DD_APP_KEY in the environment');
  }
  return openDatadogApi({
    apiKey,
    appKey,
    ...(options.site === undefined ? {} : { site: options.site }),
    ...(options.url === undefined ? {} : { url: options.url }),
  });
}

/** What is shipped, with the thresholds and owners of a file. */
export async function filesWith(options: RemoteOptions): Promise<readonly ShippedFile[]> {
  const { parseVariables, shippedFiles } = await import('@costspan/datadog/provision');
  return options.variables === undefined
    ? shippedFiles()
    : shippedFiles(parseVariables(await readJson(options.variables)));
}

/** @throws CostspanError when the file cannot be read or is no JSON. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (cause) {
    throw new CostspanError('FILE_UNREADABLE', `${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

const MARKS = { create: '+', update: '~', same: ' ', orphan: '-' } as const;

/** A plan as lines: what would be done, and where an update changes something. */
export function planText(steps: readonly Step[]): string {
  const lines = steps
    .filter(({ action }) => action !== 'same')
    .map(({ action, kind, key, differences }) => {
      const where =
        differences.length === 0
          ? ''
          : `  (${differences.slice(0, 5).join(', ')}${differences.length > 5 ? ', …' : ''})`;
      return `${MARKS[action]} ${kind} ${key}${where}`;
    });
  const count = (action: Step['action']): number => steps.filter((step) => step.action === action).length;
  const sum = `${count('create')} to create, ${count('update')} to update, ${count('same')} as they are, ${count('orphan')} shipped no more`;
  return [...lines, sum].join('\n');
}
