import type { CallRecord, Meters } from '@costspan/usage';
import { CUSTOMERS, type Customer } from '../company/customers.ts';
import { FEATURE_TEAMS, FEATURE_WEIGHTS, type FeatureName } from '../company/product.ts';
import { createRandom, type Random } from '../random.ts';
import { findModel, type SimulatedModel } from '../simulator/models.ts';
import { DAY_MS, modelInUse, SPIKE_CUSTOMER, timeOfDayMs } from './story.ts';

/** Call `index` of a day, an ordinary one or one of the spike. The same arguments always give the same call. */
export function historyCall(
  seed: number,
  day: number,
  age: number,
  index: number,
  kind: 'usual' | 'spike',
): CallRecord {
  const random = createRandom(seed, kind, day, index);
  const traceId = random.hex(32);
  const spanId = random.hex(16);
  const startedAtUs = Math.floor((day * DAY_MS + timeOfDayMs(random)) * 1000);
  const customer = kind === 'spike' ? customerNamed(SPIKE_CUSTOMER) : chooseCustomer(random);
  const feature: FeatureName = kind === 'spike' ? 'translation' : chooseFeature(customer, random);
  const { model, operation } = chooseModel(feature, customer, age, random);
  const sizes = kind === 'spike' ? { inputTokens: 6500, outputTokens: 6200 } : TYPICAL_SIZES[feature];
  const meters =
    operation === 'embeddings'
      ? { input_tokens: round(random.around(random.chance(0.1) ? 1600 : 12, 0.4)) }
      : textMeters(model, sizes, random);
  const outcome = random.weighted(OUTCOME_SHARES[feature]);
  const answered = outcome === 'ok';
  const firstChunkUs = round(random.around(model.firstTokenMs, 0.35) * 1000);
  const writingUs = round(
    ((('output_tokens' in meters ? meters.output_tokens : 0) ?? 0) / model.tokensPerSecond) * 1e6,
  );

  return {
    traceId,
    spanId,
    startedAtUs,
    durationUs: firstChunkUs + (answered ? writingUs : round(writingUs * random.next())),
    provider: model.provider,
    operation,
    requestModel: model.name,
    // A call that ended early may have no response: then only the request says which model it was.
    ...(answered ? { responseModel: model.served, responseId: responseId(model, operation, random) } : {}),
    usage: answered ? { status: 'reported', meters } : { status: 'unavailable', meters: {} },
    context: model.provider === 'anthropic' ? { service_tier: 'standard' } : { service_tier: 'default' },
    outcome,
    ...(outcome === 'error' ? { errorType: random.weighted(ERROR_SHARES) } : {}),
    ...(operation === 'chat' && answered ? { timeToFirstChunkUs: firstChunkUs } : {}),
    serviceName: 'lumen',
    tags: {
      customer_id: customer.id,
      feature_name: feature,
      team: FEATURE_TEAMS[feature],
      environment: 'demo',
      plan: customer.plan,
      user: `${customer.id}-u${random.integer(1, customer.users)}`,
    },
  };
}

interface Sizes {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const TYPICAL_SIZES: Record<FeatureName, Sizes> = {
  chat: { inputTokens: 2900, outputTokens: 420 },
  search: { inputTokens: 420, outputTokens: 120 },
  translation: { inputTokens: 700, outputTokens: 760 },
  support: { inputTokens: 2600, outputTokens: 240 },
};

const OUTCOME_SHARES: Record<FeatureName, readonly (readonly ['ok' | 'error' | 'cancelled', number])[]> = {
  chat: [
    ['ok', 960],
    ['cancelled', 30],
    ['error', 10],
  ],
  search: [
    ['ok', 995],
    ['error', 5],
  ],
  translation: [
    ['ok', 990],
    ['error', 10],
  ],
  support: [
    ['ok', 988],
    ['error', 12],
  ],
};

const ERROR_SHARES = [
  ['429', 5],
  ['500', 2],
  ['503', 2],
] as const;

const SEARCH_EMBEDDING = 'text-embedding-3-small';
const SEARCH_ANSWER = 'gpt-6-luna';

function chooseCustomer(random: Random): Customer {
  return random.weighted(CUSTOMERS.map((customer) => [customer, customer.weight] as const));
}

function customerNamed(id: string): Customer {
  const customer = CUSTOMERS.find((candidate) => candidate.id === id);
  if (customer === undefined) throw new RangeError(`"${id}" is not a customer of the story`);
  return customer;
}

function chooseFeature(customer: Customer, random: Random): FeatureName {
  return random.weighted(Object.entries(FEATURE_WEIGHTS[customer.plan]) as [FeatureName, number][]);
}

function chooseModel(
  feature: FeatureName,
  customer: Customer,
  age: number,
  random: Random,
): { readonly model: SimulatedModel; readonly operation: 'chat' | 'embeddings' } {
  if (feature !== 'search') {
    return { model: modelNamed(modelInUse(feature, customer.plan, customer.id, age, random)), operation: 'chat' };
  }
  return random.chance(0.63)
    ? { model: modelNamed(SEARCH_EMBEDDING), operation: 'embeddings' }
    : { model: modelNamed(SEARCH_ANSWER), operation: 'chat' };
}

function modelNamed(name: string): SimulatedModel {
  const model = findModel('openai', name) ?? findModel('anthropic', name);
  if (model === undefined) throw new RangeError(`"${name}" is not in the simulator's list of models`);
  return model;
}

/** Counts that fit together: parts never exceed their whole, and only long prompts are cached. */
function textMeters(model: SimulatedModel, sizes: Sizes, random: Random): Meters {
  const input = Math.max(12, round(random.around(sizes.inputTokens, 0.45)));
  const visible = Math.max(4, round(random.around(sizes.outputTokens, 0.6)));
  const reasoning = model.reasoningShare === 0 ? 0 : round((visible * model.reasoningShare) / 64) * 64;
  const cacheable = input > model.cacheTokensMin ? Math.floor((input * 0.9) / 128) * 128 : 0;
  const isHit = random.chance(0.72);
  const read = isHit ? Math.floor((cacheable * (0.55 + random.next() * 0.4)) / 128) * 128 : 0;
  const write = model.reportsCacheWrites ? cacheable - read : 0;
  return {
    input_tokens: input,
    output_tokens: visible + reasoning,
    cache_read_tokens: read,
    ...(model.provider === 'openai' ? { output_reasoning_tokens: reasoning } : {}),
    ...(model.reportsCacheWrites ? { cache_write_tokens: write } : {}),
    ...(model.provider === 'anthropic' ? splitByLifetime(write, isHit) : {}),
  };
}

/** The handbook is kept for an hour, a conversation for five minutes: a first turn writes both, later ones the second. */
function splitByLifetime(write: number, isLaterTurn: boolean): Meters {
  const hour = isLaterTurn ? 0 : Math.floor(write * 0.8);
  return { cache_write_1h_tokens: hour, cache_write_5m_tokens: write - hour };
}

function responseId(model: SimulatedModel, operation: string, random: Random): string {
  const prefix = model.provider === 'anthropic' ? 'msg_01' : operation === 'embeddings' ? 'embd_' : 'chatcmpl-';
  return `${prefix}${random.hex(24)}`;
}

function round(value: number): number {
  return Math.round(value);
}
