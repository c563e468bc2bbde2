import type { PricingContext } from '@costspan/usage';
import { catalogueProvider } from './catalogue-provider.ts';
import type { PricingRequest } from './cost.ts';

/** What a call says about its model: what was asked for, and what the answer named. */
export interface CallNames {
  readonly provider: string;
  readonly requestModel?: string | undefined;
  readonly responseModel?: string | undefined;
  readonly context: PricingContext;
}

/** A Bedrock ARN whose last part is an id of the account's own and says nothing about the model. */
const OPAQUE_ARN =
  /^arn:aws[a-z-]*:bedrock:.*:(?:application-inference-profile|provisioned-model|custom-model-deployment)\//;
const VERTEX_CLAUDE = /^projects\/[^/]+\/locations\/([^/]+)\/publishers\/anthropic\/models\/(.+)$/;

/**
 * The names by which a call is priced. The answer's name is what was served and wins, but where it says less than the request's:
 * - Bedrock answers with the bare model; the request's id carries the profile (`us.`, `global.`), which is part of the price.
 * - Azure is called by deployment; the request's name is one, whatever it looks like.
 * - Vertex AI is called by a path; its location is where inference ran.
 */
export function billedNames(
  call: CallNames,
): Pick<PricingRequest, 'provider' | 'model' | 'deployment'> & { readonly context: PricingContext } {
  const { provider, requestModel, responseModel, context } = call;
  const served = { provider, model: responseModel ?? requestModel, context };
  if (requestModel === undefined) return served;
  switch (catalogueProvider(provider)) {
    case 'aws':
      return OPAQUE_ARN.test(requestModel)
        ? { ...served, deployment: requestModel }
        : { provider, model: requestModel, context };
    case 'azure':
      return { ...served, deployment: requestModel };
    case 'google': {
      const [, location, model] = VERTEX_CLAUDE.exec(requestModel) ?? [];
      if (location === undefined || model === undefined) return served;
      const region = context.region ?? location;
      return { provider, model: responseModel ?? model, context: { ...context, region } };
    }
    default:
      return served;
  }
}
