import { USAGE_SOURCES, type UsageSource } from '@costspan/usage';
import type { Operation } from './providers/provider.ts';

/** One entry per provider and API that this process calls. */
const chosen = new Map<string, UsageSource>();
const CHOSEN_MAX = 1_000;

/**
 * How the usage of an answer is read: by the provider's own shape where it has one for this API (xAI counts reasoning
 * beside the completion, OpenRouter states a price), else by the shape of the SDK it is called with.
 */
export function usageSourceFor(operation: Operation, provider: string): UsageSource {
  if (operation.isOwnShape === true) return operation.usage;
  const key = `${operation.api} ${provider}`;
  const known = chosen.get(key);
  if (known !== undefined) return known;
  const source =
    USAGE_SOURCES.find(({ providers, apis }) => providers.includes(provider) && apis.includes(operation.api)) ??
    operation.usage;
  if (chosen.size < CHOSEN_MAX) chosen.set(key, source);
  return source;
}
