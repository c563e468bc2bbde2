import { CostspanInstrumentation } from './costspan-instrumentation.ts';
import { currentObserver } from './observers.ts';
import { patchClient } from './patches.ts';
import { isRealtimeSocket, observeRealtime } from './realtime/observe-realtime.ts';
import { guarded, sayOnce } from './say-once.ts';

/**
 * Observes one SDK client where modules cannot be patched: bundled applications, Next.js, or an SDK imported before the
 * instrumentation; and one realtime session of the `openai` SDK. A client that is observed already stays as it is, and so do the copies its `withOptions()` makes.
 * @returns the same client.
 */
export function instrumentClient<T extends object>(client: T): T {
  if (currentObserver() === undefined) new CostspanInstrumentation({ esmHook: false });
  if (guarded('instrumenting a client', () => isRealtimeSocket(client)) === true) {
    guarded('instrumenting a client', () => observeRealtime(client as never));
    return client;
  }
  const provider = guarded('instrumenting a client', () => patchClient(client));
  if (provider === undefined) {
    sayOnce(
      'instrument-client',
      'instrumentClient: this object is no client of a known SDK; its calls are not observed',
    );
  }
  return client;
}
