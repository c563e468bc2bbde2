import { diag } from '@opentelemetry/api';
import { MissingTagsError } from './tags/missing-tags-error.ts';

const log = diag.createComponentLogger({ namespace: '@costspan/instrumentation' });

/** Most different sentences one process says. Later ones are dropped: a log that never ends helps nobody. */
const SENTENCES_MAX = 256;
const said = new Set<string>();

/** Says a problem once per `key`, through the OpenTelemetry diagnostics logger. */
export function sayOnce(key: string, message: string, cause?: unknown): void {
  if (said.has(key) || said.size >= SENTENCES_MAX) return;
  said.add(key);
  if (cause === undefined) log.warn(message);
  else log.warn(message, cause);
}

/**
 * Runs a step of the observation. What it throws is ours, never the application's: it is said once and `undefined` is the
 * answer.
 */
export function guarded<T>(step: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (cause) {
    // The one thing that the application has asked to be thrown.
    if (cause instanceof MissingTagsError) throw cause;
    stepFailed(step, cause);
    return undefined;
  }
}

/** What `guarded` says, for places that run too often for a function of their own. */
export function stepFailed(step: string, cause: unknown): void {
  sayOnce(`step:${step}`, `${step} failed; the call itself is not affected`, cause);
}
