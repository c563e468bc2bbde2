import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CostspanError } from '@costspan/usage';
import type { AppMessage } from './app/parent-messages.ts';
import type { TrafficSummary } from './app/traffic.ts';

export interface DemoOptions {
  /** Base URL of an OTLP/HTTP endpoint, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** Calls per second, on average. Default 2; 1 when live. */
  readonly rate?: number;
  /** Ends by itself after this many provider calls. */
  readonly calls?: number;
  readonly seed?: number;
  /** Call the real providers whose API key is set. Costs money; capped. */
  readonly live?: boolean;
  /** Multiplies the simulator's waits; 0 answers at once. */
  readonly latencyScale?: number;
  /** Environment of the app process. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gets what the app writes for people. Default: this process's stderr. */
  readonly onLog?: (text: string) => void;
}

export interface Demo {
  /** Process id of the app. */
  readonly pid: number;
  /** Makes no new calls, lets those under way end, sends their spans, and waits for all of it. */
  stop(): Promise<void>;
  /**
   * What the app did, when it has ended by itself or was stopped.
   * Rejects with CostspanError `DEMO_APP_FAILED`, which carries the app's last words, when the app died.
   */
  readonly done: Promise<TrafficSummary>;
}

/** After this long, a stopping app is killed. Above the app's own limits for finishing and flushing. */
const STOP_WITHIN_MS = 25_000;
const LAST_WORDS_LENGTH_MAX = 4_000;

/**
 * Starts the demo app as a process of its own, as a user's app would be, and resolves once it makes calls.
 * @throws CostspanError `DEMO_APP_FAILED` when it cannot start.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { env = process.env, onLog = (text: string) => process.stderr.write(text) } = options;
  const child = spawn(process.execPath, [...runtimeFlags(), appFile('main'), ...flagsOf(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      // Spans leave every second, so that a page beside the demo moves; what the user sets wins.
      OTEL_BSP_SCHEDULE_DELAY: '1000',
      ...env,
      OTEL_EXPORTER_OTLP_ENDPOINT: options.endpoint,
    },
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_LENGTH_MAX);
    onLog(text);
  });

  const started = Promise.withResolvers<void>();
  const done = Promise.withResolvers<TrafficSummary>();
  // Whoever does not look at `done` must not be ended by it.
  done.promise.catch(() => {});
  const fail = (how: string, cause?: unknown) => {
    const error = new CostspanError('DEMO_APP_FAILED', `the demo app ${how}\n${lastWords.trimEnd()}`.trimEnd(), {
      cause,
    });
    started.reject(error);
    done.reject(error);
  };
  child.on('message', (message: AppMessage) => {
    if (message.kind === 'started') started.resolve();
    else done.resolve(message.summary);
  });
  child.on('error', (error) => fail(`could not be started: ${error.message}`, error));
  const closed = new Promise<void>((resolve) => {
    child.on('close', (code, signal) => {
      fail(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
      resolve();
    });
  });

  await started.promise;
  return {
    // A process that has said something has an id.
    pid: child.pid as number,
    done: done.promise,
    async stop() {
      if (child.connected) child.send('stop', () => {});
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Sources run as they are and built files as they are: the app has the same extension as this file. */
function appFile(name: string): string {
  return fileURLToPath(new URL(`./app/${name}${extname(import.meta.url)}`, import.meta.url));
}

function runtimeFlags(): string[] {
  const fromSource = extname(import.meta.url) === '.ts';
  return [
    ...(fromSource ? ['--conditions=@costspan/source', '--disable-warning=ExperimentalWarning'] : []),
    '--import',
    new URL(`./app/telemetry${extname(import.meta.url)}`, import.meta.url).href,
  ];
}

function flagsOf({ rate, calls, seed, live, latencyScale }: DemoOptions): string[] {
  const flag = (name: string, value: number | undefined) => (value === undefined ? [] : [name, String(value)]);
  return [
    ...flag('--rate', rate),
    ...flag('--calls', calls),
    ...flag('--seed', seed),
    ...flag('--latency-scale', latencyScale),
    ...(live === true ? ['--live'] : []),
  ];
}
