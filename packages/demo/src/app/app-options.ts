import { parseArgs } from 'node:util';
import { CostspanError } from '@costspan/usage';

/** How the demo app runs. Read from flags, so that it can be started by hand as well as by `startDemo`. */
export interface AppOptions {
  /** Calls per second, on average. */
  readonly rate: number;
  /** Stop after this many provider calls. */
  readonly callsMax: number;
  /** The same seed gives the same customers, features and questions in the same order. */
  readonly seed: number;
  /** Call the real providers whose API key is set, instead of the simulator. */
  readonly live: boolean;
  /** Multiplies the simulator's waits. */
  readonly latencyScale: number;
}

/** Live calls cost money: this many unless `--calls` says otherwise, and never more than {@link LIVE_CALLS_LIMIT}. */
export const LIVE_CALLS_DEFAULT = 40;
export const LIVE_CALLS_LIMIT = 500;

/**
 * @param args flags without program and file name.
 * @throws CostspanError `DEMO_OPTION` when a flag is unknown or has no usable value.
 */
export function parseAppOptions(args: readonly string[]): AppOptions {
  const values = readFlags(args);
  const live = values.live === true;
  const callsMax = numberOf('--calls', values.calls, live ? LIVE_CALLS_DEFAULT : Number.POSITIVE_INFINITY, 1);
  return {
    rate: numberOf('--rate', values.rate, live ? 1 : 2, 0.01),
    callsMax: live ? Math.min(callsMax, LIVE_CALLS_LIMIT) : callsMax,
    seed: numberOf('--seed', values.seed, 1, 0),
    live,
    latencyScale: numberOf('--latency-scale', values['latency-scale'], 1, 0),
  };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rate: { type: 'string' },
        calls: { type: 'string' },
        seed: { type: 'string' },
        live: { type: 'boolean' },
        'latency-scale': { type: 'string' },
      },
    }).values;
  } catch (cause) {
    throw new CostspanError('DEMO_OPTION', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function numberOf(flag: string, text: string | undefined, fallback: number, min: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < min) {
    throw new CostspanError('DEMO_OPTION', `${flag} "${text}" must be a number from ${min} on`);
  }
  return value;
}
