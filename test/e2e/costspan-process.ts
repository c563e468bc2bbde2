import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../repository.ts';

const NODE_FLAGS = ['--conditions=@costspan/source', '--disable-warning=ExperimentalWarning'];
/** What Node is given to run the command. */
export const COSTSPAN = [...NODE_FLAGS, join(ROOT, 'packages/cli/src/bin.ts')];

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `costspan` command that runs until it is stopped. */
export interface Running {
  /** The base URL it printed. */
  readonly url: string;
  readonly process: ChildProcess;
  output(): string;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** Runs one command to its end, with `input` on stdin. */
export async function costspan(args: readonly string[], input = ''): Promise<Finished> {
  const child = spawn(process.execPath, [...COSTSPAN, ...args], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const finished = finish(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return finished;
}

/** Starts `costspan up` or `costspan demo` on a free port and waits until it answers. */
export async function startCostspan(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const child = spawn(process.execPath, [...COSTSPAN, ...args, '--listen', '127.0.0.1:0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const finished = finish(child);
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = /is up at (http:\/\/\S+)/.exec(output);
      if (match !== null) resolve(match[1] as string);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    void finished.then(({ stderr }) =>
      reject(new Error(`costspan ${args.join(' ')} ended before it was up:\n${stderr}`)),
    );
  });
  return {
    url: await url,
    process: child,
    output: () => output,
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      return finished;
    },
  };
}

/** A directory of its own for one test, removed afterwards. */
export async function scratchDirectory(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'costspan-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

async function finish(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}
