import { baseBook, costOf, costToJson } from '@costspan/pricing';
import { expect, test } from 'vitest';

// A hundred calls as products make them, priced by the bundled catalogue, and again by the arithmetic that a person does with
// the price page beside them: prices typed in by hand, in millionths of a dollar for a million tokens.

interface Priced {
  readonly provider: string;
  readonly model: string;
  /** Fresh input, output, cache read, 5-minute write, 1-hour write; dollars for a million. */
  readonly prices: readonly [number, number, number, number, number];
  /** The prompt above which everything is repriced, and by what the input side and the output multiply. */
  readonly long?: readonly [above: number, input: number, output: number];
  readonly batch?: true;
}

const MODELS: readonly Priced[] = [
  { provider: 'openai', model: 'gpt-4o', prices: [2.5, 10, 1.25, 0, 0], batch: true },
  { provider: 'openai', model: 'gpt-4o-mini-2024-07-18', prices: [0.15, 0.6, 0.075, 0, 0], batch: true },
  { provider: 'openai', model: 'gpt-5-mini', prices: [0.25, 2, 0.025, 0, 0], batch: true },
  { provider: 'openai', model: 'gpt-5.6-sol', prices: [4, 20, 0.4, 5, 0], long: [272_000, 2, 1.5], batch: true },
  { provider: 'openai', model: 'gpt-6-sol', prices: [2, 10, 0.2, 2.5, 0], long: [272_000, 2, 1.5], batch: true },
  { provider: 'openai', model: 'gpt-6.1-sol', prices: [2, 10, 0.1, 2.5, 0], long: [272_000, 2, 1.5], batch: true },
  { provider: 'anthropic', model: 'claude-opus-5', prices: [5, 25, 0.5, 6.25, 10], batch: true },
  { provider: 'anthropic', model: 'claude-opus-5-5', prices: [4, 20, 0.2, 5, 8], batch: true },
  { provider: 'anthropic', model: 'claude-haiku-4-5', prices: [1, 5, 0.1, 1.25, 2], batch: true },
  {
    provider: 'anthropic',
    model: 'claude-haiku-5-5',
    prices: [0.1, 0.5, 0.01, 0.125, 0.2],
    long: [100_000, 5, 5],
    batch: true,
  },
  { provider: 'gcp.gemini', model: 'gemini-2.5-pro', prices: [1.25, 10, 0.125, 0, 0], long: [200_000, 2, 1.5] },
  { provider: 'gcp.gemini', model: 'gemini-3.7-flash', prices: [0.75, 3.75, 0.075, 0, 0], batch: true },
  {
    provider: 'aws.bedrock',
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    prices: [3.3, 16.5, 0.33, 4.125, 0],
    long: [200_000, 2, 1.5],
  },
  { provider: 'x_ai', model: 'grok-4.7', prices: [2, 6, 0.5, 0, 0], long: [199_999, 2, 2] },
];

/** The same numbers every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state;
  }
}

const random = numbers(20_261_123);
const below = (limit: number): number => random.next().value % limit;

const CALLS = Array.from({ length: 100 }, (_, index) => {
  const card = MODELS[index % MODELS.length] as Priced;
  const [, , , write5m, write1h] = card.prices;
  const fresh = below(index % 5 === 0 ? 400_000 : 20_000);
  const read = index % 3 === 0 ? 0 : below(60_000);
  const short = write5m === 0 ? 0 : below(3000);
  const hour = write1h === 0 ? 0 : below(2000);
  return { card, fresh, read, short, hour, output: below(4000), batch: card.batch === true && index % 4 === 1 };
});

test.each(CALLS.map((call, index) => [index, call.card.model, call] as const))(
  'call %d of %s',
  (_index, _model, call) => {
    const { card, fresh, read, short, hour, output, batch } = call;
    const prompt = fresh + read + short + hour;
    const [above, more, moreOutput] = card.long ?? [Number.POSITIVE_INFINITY, 1, 1];
    const isLong = prompt > above;
    const counts = [fresh, output, read, short, hour];
    // In 10⁻¹⁸ dollars: millionths of a dollar for a million tokens are 10⁻¹² for one; halves of those occur.
    const total = counts.reduce((sum, count, at) => {
      const factor = isLong ? (at === 1 ? moreOutput : more) : 1;
      const price = BigInt(Math.round((card.prices[at] as number) * factor * 1_000_000));
      return sum + BigInt(count) * price * (batch ? 500_000n : 1_000_000n);
    }, 0n);
    const { lines, ...cost } = costToJson(
      costOf(baseBook(), {
        provider: card.provider,
        model: card.model,
        atUs: Date.parse('2026-11-20T12:00:00Z') * 1000,
        usage: {
          status: 'reported',
          meters: {
            input_tokens: prompt,
            output_tokens: output,
            cache_read_tokens: read,
            ...(short + hour === 0 ? {} : { cache_write_tokens: short + hour }),
            ...(hour === 0 ? {} : { cache_write_5m_tokens: short, cache_write_1h_tokens: hour }),
          },
        },
        context: batch ? { batch } : {},
      }),
    );
    expect(cost).toMatchObject({ status: 'priced', total: decimal(total) });
    expect(lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(prompt + output);
  },
);

function decimal(atto: bigint): string {
  const digits = String(atto).padStart(19, '0');
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, '') || '0';
}
