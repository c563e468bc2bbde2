import type { Cost, CostCard } from '@costspan/pricing';
import { attoFromInteger, type CallRecord } from '@costspan/usage';
import type { PricedCall } from '../src/ledger/ledger.ts';

const MODELS = [
  { provider: 'openai', asked: 'gpt-4o-mini', served: 'gpt-4o-mini-2024-07-18', input: '0.15', output: '0.6' },
  { provider: 'openai', asked: 'gpt-4o', served: 'gpt-4o-2024-08-06', input: '2.5', output: '10' },
  { provider: 'anthropic', asked: 'claude-sonnet-4-5', served: 'claude-sonnet-4-5-20250929', input: '3', output: '15' },
  { provider: 'openai', asked: 'text-embedding-3-small', served: 'text-embedding-3-small', input: '0.02', output: '0' },
] as const;
const FEATURES = ['support_bot', 'document_search', 'translation', 'chat'] as const;
const PLANS = ['free', 'pro', 'enterprise'] as const;
/** One object per model, as a compiled price book gives. */
const CARDS: readonly CostCard[] = MODELS.map(({ provider, asked }) => ({
  provider,
  model: asked,
  layer: 'base',
  version: 'sha256:0d5f3c1a9b7e',
}));

export interface MadeCallsOptions {
  readonly count: number;
  readonly seed: number;
  /** Starts are spread evenly over `[fromUs, fromUs + spanUs)`. */
  readonly fromUs: number;
  readonly spanUs: number;
  readonly customers?: number;
}

/** Calls as a busy multi-tenant product makes them; the same seed makes the same calls. */
export function madeCalls(options: MadeCallsOptions): PricedCall[] {
  const random = mulberry32(options.seed);
  return Array.from({ length: options.count }, (_, index) =>
    madeCall(random, options.fromUs + Math.floor((options.spanUs * index) / options.count), options.customers ?? 1200),
  );
}

function madeCall(random: () => number, startedAtUs: number, customers: number): PricedCall {
  const below = (bound: number) => Math.floor(random() * bound);
  const model = MODELS[below(MODELS.length)] as (typeof MODELS)[number];
  const input = 200 + below(4000);
  const output = below(900);
  const customer = below(customers);
  const call: CallRecord = {
    traceId: hex(random, 4),
    spanId: hex(random, 2),
    parentSpanId: hex(random, 2),
    startedAtUs,
    durationUs: 200_000 + below(9_000_000),
    timeToFirstChunkUs: 100_000 + below(900_000),
    provider: model.provider,
    operation: 'chat',
    requestModel: model.asked,
    responseModel: model.served,
    responseId: `chatcmpl-${hex(random, 4)}`,
    usage: { status: 'reported', meters: { input_tokens: input, output_tokens: output, cache_read_tokens: 64 } },
    context: { service_tier: 'default' },
    outcome: random() < 0.97 ? 'ok' : 'error',
    serviceName: 'storefront',
    tags: {
      customer_id: `customer_${customer}`,
      feature_name: FEATURES[below(FEATURES.length)] as string,
      environment: 'production',
      team: `team_${customer % 12}`,
      user: `user_${below(customers * 20)}`,
      plan: PLANS[customer % PLANS.length] as string,
    },
  };
  return { call, cost: madeCost(model, input, output) };
}

function madeCost(model: (typeof MODELS)[number], input: number, output: number): Cost {
  const amounts = [model.input, model.output].map((rate, index) => {
    const perMillion = BigInt(Math.round(Number(rate) * 1e6));
    return attoFromInteger(perMillion * 1_000_000n * BigInt(index === 0 ? input : output));
  });
  return {
    status: 'priced',
    total: attoFromInteger((amounts[0] as bigint) + (amounts[1] as bigint)),
    currency: 'USD',
    lines: [
      { meter: 'input_tokens', quantity: input, rate: model.input, per: 1_000_000, amount: amounts[0]! },
      { meter: 'output_tokens', quantity: output, rate: model.output, per: 1_000_000, amount: amounts[1]! },
    ],
    card: CARDS[MODELS.indexOf(model)] as CostCard,
    match: 'alias',
  };
}

function hex(random: () => number, words: number): string {
  let text = '';
  for (let i = 0; i < words; i += 1)
    text += Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return text;
}

/** A small seeded generator (public domain algorithm), so that runs can be compared. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
