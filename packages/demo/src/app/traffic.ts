import { setTimeout as wait } from 'node:timers/promises';
import { withTags } from '@costspan/instrumentation';
import { CUSTOMERS, type Customer } from '../company/customers.ts';
import { FEATURE_TEAMS, FEATURE_WEIGHTS } from '../company/product.ts';
import { createRandom, type Random } from '../random.ts';
import type { AppOptions } from './app-options.ts';
import { createBudget } from './budget.ts';
import { createConversations } from './conversations.ts';
import type { Feature, Visit } from './feature.ts';
import { FEATURES } from './features/index.ts';
import type { Providers } from './providers.ts';

export interface TrafficSummary {
  /** Provider calls made. */
  readonly calls: number;
  /** Visits that ended with an error of the provider or the network. */
  readonly failed: number;
  /** Visits whose person went away early. */
  readonly cancelled: number;
}

/** More visits than this at once are not started: a provider that hangs must not fill the memory. */
const VISITS_MAX = 250;

/**
 * Lets customers use the product until the calls are used up or `stop` fires, then waits for the visits under way.
 * `cutOff` ends those too.
 */
export async function runTraffic(
  providers: Providers,
  options: AppOptions,
  stop: AbortSignal,
  cutOff: AbortSignal,
): Promise<TrafficSummary> {
  const random = createRandom(options.seed, 'traffic');
  const budget = createBudget(options.callsMax);
  const conversations = createConversations();
  const offered = FEATURES.filter((feature) => providers[feature.provider] !== undefined);
  const underWay = new Set<Promise<void>>();
  let failed = 0;
  let cancelled = 0;

  for (let visits = 0; !stop.aborted && !budget.spent; visits++) {
    if (underWay.size < VISITS_MAX) {
      const customer = random.weighted(CUSTOMERS.map((candidate) => [candidate, candidate.weight] as const));
      const feature = chooseFeature(offered, customer, random);
      const user = `${customer.id}-u${random.integer(1, customer.users)}`;
      const visit: Visit = {
        customer,
        user,
        providers,
        conversations,
        budget,
        random: createRandom(options.seed, 'visit', visits),
        signal: cutOff,
      };
      const serving = serveTagged(feature, visit)
        .then((served) => {
          if (served === 'cancelled') cancelled += 1;
        })
        .catch(() => {
          // Providers fail now and then; the product goes on, and the span has recorded what happened.
          failed += 1;
        })
        .finally(() => underWay.delete(serving));
      underWay.add(serving);
    }
    await pause(-Math.log(1 - random.next()) * (1000 / options.rate), stop);
  }
  await Promise.all(underWay);
  return { calls: budget.taken, failed, cancelled };
}

/** This is all an app does to say who a call is for: every provider call inside carries the tags. */
function serveTagged(feature: Feature, visit: Visit) {
  const { customer, user } = visit;
  return withTags(
    {
      customer_id: customer.id,
      feature_name: feature.name,
      team: FEATURE_TEAMS[feature.name],
      environment: 'demo',
      plan: customer.plan,
      user,
    },
    () => feature.serve(visit),
  );
}

function chooseFeature(offered: readonly Feature[], customer: Customer, random: Random): Feature {
  return random.weighted(offered.map((feature) => [feature, FEATURE_WEIGHTS[customer.plan][feature.name]] as const));
}

async function pause(durationMs: number, stop: AbortSignal): Promise<void> {
  await wait(durationMs, undefined, { signal: stop }).catch(() => {});
}
