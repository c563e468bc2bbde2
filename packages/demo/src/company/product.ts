import type { Plan } from './customers.ts';

/** What Lumen sells, which team owns it, and how its traffic spreads. Names are `feature_name` and `team` tags. */
export const FEATURE_NAMES = ['chat', 'search', 'translation', 'support'] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

export const FEATURE_TEAMS: Record<FeatureName, 'assistants' | 'knowledge'> = {
  chat: 'assistants',
  support: 'assistants',
  search: 'knowledge',
  translation: 'knowledge',
};

/** How often each feature is used on a plan, relative to the others. */
export const FEATURE_WEIGHTS: Record<Plan, Record<FeatureName, number>> = {
  free: { chat: 4, search: 5, translation: 2, support: 1 },
  team: { chat: 5, search: 4, translation: 2, support: 2 },
  enterprise: { chat: 5, search: 4, translation: 3, support: 3 },
};

/** Which model answers where. `live` names the cheapest that does the job, for runs that cost real money. */
export interface ProductModels {
  readonly chat: Record<Plan, string>;
  readonly searchEmbedding: string;
  readonly searchAnswer: string;
  readonly translation: Record<Plan, string>;
  readonly support: Record<Plan, string>;
}

export const DEMO_MODELS: ProductModels = {
  chat: { free: 'gpt-6-luna', team: 'gpt-6-sol', enterprise: 'gpt-6-sol' },
  searchEmbedding: 'text-embedding-3-small',
  searchAnswer: 'gpt-6-luna',
  translation: { free: 'gpt-5.4-nano', team: 'gpt-5.4-mini', enterprise: 'gpt-5.4-mini' },
  support: { free: 'claude-haiku-4-5', team: 'claude-sonnet-5', enterprise: 'claude-sonnet-5' },
};

export const LIVE_MODELS: ProductModels = {
  chat: onEveryPlan('gpt-5.4-nano'),
  searchEmbedding: 'text-embedding-3-small',
  searchAnswer: 'gpt-5.4-nano',
  translation: onEveryPlan('gpt-5.4-nano'),
  support: onEveryPlan('claude-haiku-4-5'),
};

function onEveryPlan(model: string): Record<Plan, string> {
  return { free: model, team: model, enterprise: model };
}
