import type { PricingContext } from '@costspan/usage';
import type { CompiledCard } from './compile-card.ts';
import type { PricingRequest } from './cost.ts';
import type { CustomerGroup } from './customer-prices.ts';
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
  const group = request.customer === undefined ? undefined : book.customers.get(request.customer);
  if (group !== undefined) return resolveCustomer(book, provider, request, group);
  if (provider.hasDeployments) return resolveDeployed(provider, request);
  const { model, context } = request;
  if (!model) return 'model_missing';
  const resolution = provider.resolve(model);
  return resolution === undefined ? 'model_unknown' : { resolution, card: resolution.card, context };
}

/** A customer with prices of its own. */
function resolveCustomer(
  book: PriceBook,
  provider: ProviderCards,
  request: PricingRequest,
  group: CustomerGroup,
): ResolvedCall | string {
  const { priced, isNamed, context, deployment } = deployed(provider, request);
  if (!priced) return 'model_missing';
  const found = provider.resolveFor(group, priced, provider.resolve(priced));
  if (found === undefined) return 'model_unknown';
  const resolution: Resolution = isNamed && found.match === 'exact' ? { ...found, match: 'alias' } : found;
  return { resolution, card: book.customerCards.compiled(group, found.target, deployment), context };
}

/**
 * A deployment's own name says nothing about the model: what the book says it stands for holds, even where the name is that of
 * another model. A model that the provider reports beside the deployment is what was served, and wins; but at Bedrock it says
 * nothing about the profile, which is part of the price, and what the book says does.
 */
function resolveDeployed(provider: ProviderCards, request: PricingRequest): ResolvedCall | string {
  const { priced, isNamed, context, deployment } = deployed(provider, request);
  if (!priced) return 'model_missing';
  const found = provider.resolve(priced);
  if (found === undefined) return 'model_unknown';
  const resolution: Resolution = isNamed && found.match === 'exact' ? { ...found, match: 'alias' } : found;
  return {
    resolution,
    card: deployment === undefined ? resolution.card : resolution.target.compiled(deployment),
    context,
  };
}

interface DeployedCall {
  /** The name that the price is looked up by. */
  readonly priced: string | undefined;
  /** True when a deployment of the book led to it. */
  readonly isNamed: boolean;
  readonly context: PricingContext | undefined;
  /** `undefined` unless a term names it. */
  readonly deployment: string | undefined;
}

function deployed(provider: ProviderCards, request: PricingRequest): DeployedCall {
  const { model, context } = request;
  const name = lower(request.deployment ?? model);
  const target = name === undefined ? undefined : provider.deployments.get(name);
  const isNamed = target !== undefined && (!model || lower(model) === name || provider.id === 'aws');
  const region = target?.region;
  return {
    priced: isNamed ? target.model : model,
    isNamed,
    deployment: name !== undefined && provider.termDeployments.has(name) ? name : undefined,
    context: region === undefined || context?.region !== undefined ? context : { ...context, region },
  };
}

function lower(name: unknown): string | undefined {
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}
