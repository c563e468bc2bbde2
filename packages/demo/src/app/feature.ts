import type { Customer } from '../company/customers.ts';
import type { FeatureName } from '../company/product.ts';
import type { Random } from '../random.ts';
import type { Budget } from './budget.ts';
import type { Conversations } from './conversations.ts';
import type { Providers } from './providers.ts';

/** One feature of the product. The contract of every file in `features/`. */
export interface Feature {
  readonly name: FeatureName;
  readonly provider: 'openai' | 'anthropic';
  /** Serves one person once. Throws what the SDK throws. */
  serve(visit: Visit): Promise<Served>;
}

/** One person using one feature. */
export interface Visit {
  readonly customer: Customer;
  readonly user: string;
  readonly providers: Providers;
  readonly conversations: Conversations;
  readonly budget: Budget;
  readonly random: Random;
  /** Aborts when the app has no more time. */
  readonly signal: AbortSignal;
}

/** `cancelled`: the person went away before the answer was there. */
export type Served = 'answered' | 'cancelled';

/** The client of a provider that this run has. Features of a provider without a key are not offered to anybody. */
export function required<T>(client: T | undefined, feature: FeatureName): T {
  if (client === undefined) throw new TypeError(`${feature} was served without its provider's client`);
  return client;
}
