import type { PricingContext } from '@costspan/usage';
import type { CompiledCard } from './compile-card.ts';
import type { PricingRequest } from './cost.ts';
import type { PriceBook, ProviderCards, Resolution } from './price-book.ts';

/** Where a call finds its price, and how it was served. */
export interface ResolvedCall {
  readonly resolution: Resolution;
  readonly card: CompiledCard;
  readonly context: PricingContext | undefined;
}

/** The card of a call, or the reason why there is none. */
export function resolveCall(book: PriceBook, request: PricingRequest): ResolvedCall | string {
  const provider = book.provider(request.provider);
  if (provider === undefined) return 'provider_unknown';
  if (provider.hasDeployments) return resolveDeployed(provider, request);
  const { model, context } = request;
  if (!model) return 'model_missing';
  const resolution = provider.resolve(model);
  return resolution === undefined ? 'model_unknown' : { resolution, card: resolution.card, context };
}

/**
 * A deployment's own name says nothing about the model: what the book says it stands for holds, even where the name is that of
 * another model. A model that the provider reports beside the deployment is what was served, and wins; but at Bedrock it says
 * nothing about the profile, which is part of the price, and what the book says does.
 */
function resolveDeployed(provider: ProviderCards, request: PricingRequest): ResolvedCall | string {
  const { model, context } = request;
  const name = lower(request.deployment ?? model);
  const target = name === undefined ? undefined : provider.deployments.get(name);
  const isNamed = target !== undefined && (!model || lower(model) === name || provider.id === 'aws');
  const priced = isNamed ? target.model : model;
  if (!priced) return 'model_missing';
  const found = provider.resolve(priced);
  if (found === undefined) return 'model_unknown';
  const resolution: Resolution = isNamed && found.match === 'exact' ? { ...found, match: 'alias' } : found;
  const card =
    name !== undefined && provider.termDeployments.has(name) ? resolution.target.compiled(name) : resolution.card;
  const region = target?.region;
  return {
    resolution,
    card,
    context: region === undefined || context?.region !== undefined ? context : { ...context, region },
  };
}

function lower(name: unknown): string | undefined {
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}
