import type { Random } from '../random.ts';
import { findModel, type SimulatedModel } from './models.ts';
import { ProviderError } from './provider-error.ts';
import { optionalChoice, requiredText } from './request-fields.ts';
import type { RequestBody } from './simulated-api.ts';

/** What OpenAI's text APIs share: the model, the tier that is served, ids. */

export function openaiModel(body: RequestBody, kind: SimulatedModel['kind']): SimulatedModel {
  const name = requiredText(body, 'model');
  const model = findModel('openai', name);
  if (model === undefined) {
    throw new ProviderError('not_found', `The model '${name}' does not exist or you do not have access to it.`, {
      code: 'model_not_found',
    });
  }
  if (model.kind !== kind) {
    throw new ProviderError('not_found', `The model '${name}' is not supported on this endpoint.`, { param: 'model' });
  }
  return model;
}

export interface ServedTier {
  /** The tier as the response names it: never `auto`. */
  readonly name: string;
  readonly slowness: number;
}

export function servedTier(body: RequestBody): ServedTier {
  switch (optionalChoice(body, 'service_tier', ['auto', 'default', 'flex', 'priority'])) {
    case 'flex':
      return { name: 'flex', slowness: 3 };
    case 'priority':
      return { name: 'priority', slowness: 0.6 };
    default:
      return { name: 'default', slowness: 1 };
  }
}

export function openaiId(prefix: string, random: Random): string {
  return `${prefix}${random.hex(32)}`;
}
