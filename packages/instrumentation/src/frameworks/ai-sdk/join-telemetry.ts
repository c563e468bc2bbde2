import { currentObserver } from '../../observers.ts';
import { wrapPlain } from '../../plain/wrap-plain.ts';
import { aiSdk } from '../ai-sdk.ts';

/** Where AI SDK 7 looks for integrations: a list on the global object, so `ai` itself need not be loaded. */
const registry = globalThis as { AI_SDK_TELEMETRY_INTEGRATIONS?: object[] };

type Execute = () => PromiseLike<unknown>;
interface ModelCall {
  readonly execute: Execute;
  readonly abortSignal?: unknown;
}

const integration = {
  /** Runs every request of a model inside our span, and watches the answer. The AI SDK asks this once per attempt. */
  executeLanguageModelCall({ execute, ...event }: ModelCall): unknown {
    const [method] = aiSdk.methods;
    if (method === undefined) return execute();
    return wrapPlain(() => Promise.resolve(execute()), aiSdk, method, currentObserver).call(event, event);
  },
};

/** Lets AI SDK 7 tell of its requests. Calls with integrations of their own do not use the registry. */
export function joinAiSdkTelemetry(): void {
  registry.AI_SDK_TELEMETRY_INTEGRATIONS ??= [];
  const { AI_SDK_TELEMETRY_INTEGRATIONS: joined } = registry;
  if (!joined.includes(integration)) joined.push(integration);
}

export function leaveAiSdkTelemetry(): void {
  const joined = registry.AI_SDK_TELEMETRY_INTEGRATIONS ?? [];
  const at = joined.indexOf(integration);
  if (at !== -1) joined.splice(at, 1);
}
