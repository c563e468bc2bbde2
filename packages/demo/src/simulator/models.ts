/** How one simulated model behaves. Names are real ones, so that price cards know them. */
export interface SimulatedModel {
  readonly name: string;
  /** The name in responses: providers answer an alias with the snapshot they served. */
  readonly served: string;
  readonly provider: 'openai' | 'anthropic';
  readonly kind: 'text' | 'embedding';
  /** Median time to the first token. */
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  /** Reasoning tokens as a share of the visible answer; 0 for a model that does not reason unasked. */
  readonly reasoningShare: number;
  /** Shortest prompt the provider caches. */
  readonly cacheTokensMin: number;
  /** True for models that bill a cache write and therefore report it (OpenAI since 5.6). */
  readonly reportsCacheWrites: boolean;
  /** Vector length of an embedding model. */
  readonly dimensions: number;
}

export function findModel(provider: SimulatedModel['provider'], name: string): SimulatedModel | undefined {
  return MODELS.find((model) => model.provider === provider && (model.name === name || model.served === name));
}

const openai = (name: string, served: string, rest: Partial<SimulatedModel>): SimulatedModel => ({
  name,
  served,
  provider: 'openai',
  kind: 'text',
  firstTokenMs: 450,
  tokensPerSecond: 110,
  reasoningShare: 0,
  cacheTokensMin: 1024,
  reportsCacheWrites: false,
  dimensions: 0,
  ...rest,
});

const embedding = (name: string, dimensions: number): SimulatedModel =>
  openai(name, name, { kind: 'embedding', dimensions, firstTokenMs: 70 });

const anthropic = (name: string, served: string, rest: Partial<SimulatedModel>): SimulatedModel => ({
  ...openai(name, served, { firstTokenMs: 700, tokensPerSecond: 85, reportsCacheWrites: true }),
  provider: 'anthropic',
  ...rest,
});

/** Every model the simulator serves; any other name is answered with the provider's "not found". One line each. */
const MODELS: readonly SimulatedModel[] = [
  openai('gpt-6.1-terra', 'gpt-6.1-terra', { firstTokenMs: 800, reasoningShare: 0.5, reportsCacheWrites: true }),
  openai('gpt-6-sol', 'gpt-6-sol', { firstTokenMs: 650, reasoningShare: 0.4, reportsCacheWrites: true }),
  openai('gpt-6-luna', 'gpt-6-luna', { firstTokenMs: 300, tokensPerSecond: 180, reportsCacheWrites: true }),
  openai('gpt-5.5', 'gpt-5.5-2026-04-23', { firstTokenMs: 900, tokensPerSecond: 70, reasoningShare: 0.5 }),
  openai('gpt-5.4-mini', 'gpt-5.4-mini-2026-03-17', { firstTokenMs: 350, tokensPerSecond: 150 }),
  openai('gpt-5.4-nano', 'gpt-5.4-nano-2026-03-17', { firstTokenMs: 250, tokensPerSecond: 200 }),
  openai('gpt-4o-mini', 'gpt-4o-mini-2024-07-18', { tokensPerSecond: 90 }),
  embedding('text-embedding-3-small', 1536),
  embedding('text-embedding-3-large', 3072),
  anthropic('claude-opus-5-5', 'claude-opus-5-5', { firstTokenMs: 1100, tokensPerSecond: 60 }),
  anthropic('claude-sonnet-5', 'claude-sonnet-5', {}),
  anthropic('claude-sonnet-4-6', 'claude-sonnet-4-6', {}),
  anthropic('claude-haiku-4-5', 'claude-haiku-4-5-20251001', {
    firstTokenMs: 400,
    tokensPerSecond: 150,
    cacheTokensMin: 4096,
  }),
];
