import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  baseBook,
  baseCards,
  compileBook,
  costOf,
  type PriceBook,
  type PricingRequest,
  parseCardFile,
} from '@costspan/pricing';
import type { Meters, PricingContext } from '@costspan/usage';
import { calcPrice } from '@pydantic/genai-prices';

/** One result. `compare` is the same work done by something else in the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: string;
  readonly compare?: string;
}

interface Call {
  readonly provider: string;
  /** The provider's id in genai-prices, which does not know all names of the conventions. */
  readonly genaiProvider: string;
  readonly model: string;
  readonly meters: Meters;
}

const AT = '2026-10-14T12:00:00Z';

/** What a product's traffic looks like: mostly chat with cached prompts, some embeddings, some long or multimodal prompts. */
const MIX: readonly Call[] = [
  call('openai', 'openai', 'gpt-4o', { input_tokens: 1843, output_tokens: 211 }),
  call('openai', 'openai', 'gpt-5-mini-2025-08-07', {
    input_tokens: 5210,
    output_tokens: 904,
    cache_read_tokens: 4096,
    output_reasoning_tokens: 640,
  }),
  call('openai', 'openai', 'gpt-5.6-sol', {
    input_tokens: 301_442,
    output_tokens: 2210,
    cache_read_tokens: 280_000,
    output_reasoning_tokens: 1800,
  }),
  call('openai', 'openai', 'text-embedding-3-small', { input_tokens: 412 }),
  call('azure.ai.openai', 'azure', 'gpt-4o-2024-08-06', {
    input_tokens: 912,
    output_tokens: 120,
    cache_read_tokens: 0,
  }),
  call('anthropic', 'anthropic', 'claude-opus-5', {
    input_tokens: 14_204,
    output_tokens: 870,
    cache_read_tokens: 11_000,
    cache_write_tokens: 3000,
    cache_write_5m_tokens: 2000,
    cache_write_1h_tokens: 1000,
  }),
  call('anthropic', 'anthropic', 'claude-sonnet-4-5-20250929', {
    input_tokens: 9514,
    output_tokens: 402,
    cache_read_tokens: 8000,
    cache_write_tokens: 900,
  }),
  call('anthropic', 'anthropic', 'claude-haiku-4-5', { input_tokens: 2011, output_tokens: 96, web_searches: 1 }),
  call('aws.bedrock', 'aws', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', {
    input_tokens: 3310,
    output_tokens: 512,
    cache_read_tokens: 1024,
  }),
  call('gcp.gemini', 'google', 'gemini-2.5-flash', {
    input_tokens: 8021,
    output_tokens: 340,
    input_audio_tokens: 4000,
    output_reasoning_tokens: 120,
  }),
  call('gcp.vertex_ai', 'google', 'gemini-3-flash-preview', {
    input_tokens: 2600,
    output_tokens: 810,
    cache_read_tokens: 2048,
  }),
  call('openrouter', 'openrouter', 'qwen/qwen3-32b', { input_tokens: 744, output_tokens: 388 }),
];

function call(provider: string, genaiProvider: string, model: string, meters: Meters): Call {
  return { provider, genaiProvider, model, meters };
}

const TRIALS = 9;

/** Prices and their rates, measured against `calcPrice` of genai-prices in the same process, trial by trial in turn. */
export async function rows(): Promise<BenchRow[]> {
  return [pricedCalls(), ...servedCalls(), ...unknownNames(), wholeCatalogue(), coldStart()];
}

function pricedCalls(): BenchRow {
  const book = baseBook();
  const timestamp = new Date(AT);
  const requests = MIX.map(({ provider, model, meters }) => request(provider, model, meters));
  for (const [index, { model, genaiProvider, meters }] of MIX.entries()) {
    const ours = costOf(book, requests[index] as PricingRequest);
    const theirs = calcPrice(meters, model, { providerId: genaiProvider, timestamp })?.total_price;
    const total = Number(ours.total) / 1e18;
    if (theirs === undefined || Math.abs(total - theirs) > 1e-12) {
      throw new Error(`${model}: ${total} here, ${theirs} there; the comparison is not fair`);
    }
  }
  const [ours = [], theirs = []] = trials([
    timed(600_000, (n) => {
      let lines = 0;
      for (let i = 0; i < n; i += 1)
        lines += costOf(book, requests[i % requests.length] as PricingRequest).lines.length;
      return lines;
    }),
    timed(60_000, (n) => {
      let total = 0;
      for (let i = 0; i < n; i += 1) {
        const { meters, model, genaiProvider } = MIX[i % MIX.length] as Call;
        total += calcPrice(meters, model, { providerId: genaiProvider, timestamp })?.total_price ?? 0;
      }
      return total;
    }),
  ]);
  const ratios = ours.map((rate, trial) => rate / (theirs[trial] as number));
  return {
    name: `priced calls, mix of ${MIX.length} (exact, with lines)`,
    value: `${thousands(median(ours))}/s`,
    compare: `${median(ratios).toFixed(1)}× calcPrice of genai-prices (${thousands(median(theirs))}/s)`,
  };
}

/** The same mix, served in some way, and by a book that states list, contracted and resale prices. */
function servedCalls(): BenchRow[] {
  const contract = parseCardFile(
    {
      format: 'costspan.cards/1',
      kind: 'organisation',
      adjustments: [{ name: 'contract', provider: 'openai', ratio: '0.9275' }],
    },
    'contract.json',
  );
  const shop = parseCardFile(
    {
      format: 'costspan.cards/1',
      kind: 'resale',
      adjustments: [
        { name: 'markup', provider: '*', ratio: '1.15' },
        ...Array.from({ length: 1000 }, (_, index) => ({
          name: `for ${index}`,
          provider: 'openai',
          customers: [`customer-${index}`],
          ratio: `0.9${index}`,
        })),
      ],
    },
    'shop.json',
  );
  const runs: readonly (readonly [name: string, book: PriceBook, context: PricingContext, customers?: number])[] = [
    ['the same mix, each with its standard tier stated', baseBook(), { service_tier: 'default' }],
    ['the same mix, each in a batch at a regional host', baseBook(), { batch: true, region: 'us' }],
    ['the same mix at a contract, list price beside it', compileBook([baseCards(), contract]), {}],
    ['the same mix sold on to 1,000 customers with terms of their own', compileBook([baseCards(), shop]), {}, 1000],
  ];
  const rates = trials(
    runs.map(([, book, context, customers = 1]) => {
      const requests = Array.from({ length: MIX.length * customers }, (_, index) => {
        const { provider, model, meters } = MIX[index % MIX.length] as Call;
        const customer = customers === 1 ? {} : { customer: `customer-${index % customers}` };
        return { ...request(provider, model, meters), context, ...customer };
      });
      return timed(300_000, (n) => {
        let lines = 0;
        for (let i = 0; i < n; i += 1)
          lines += costOf(book, requests[i % requests.length] as PricingRequest).lines.length;
        return lines;
      });
    }),
  );
  return runs.map(([name], index) => ({ name, value: `${thousands(median(rates[index] ?? []))}/s` }));
}

function request(provider: string, model: string, meters: Meters): PricingRequest {
  return { provider, model, atUs: Date.parse(AT) * 1000, usage: { status: 'reported', meters }, context: {} };
}

function unknownNames(): BenchRow[] {
  const book = baseBook();
  const meters = { input_tokens: 10 };
  const before = heapMb();
  let serial = 0;
  const [rates = []] = trials([
    timed(400_000, (n) => {
      let unpriced = 0;
      for (let i = 0; i < n; i += 1) {
        serial += 1;
        if (costOf(book, request('openai', `gpt-unheard-of-${serial}`, meters)).status === 'unpriced') unpriced += 1;
      }
      return unpriced;
    }),
  ]);
  return [
    { name: 'unknown model names, each one new', value: `${thousands(median(rates))}/s` },
    { name: `heap growth after ${thousands(serial)} unknown names`, value: `${(heapMb() - before).toFixed(1)} MB` },
  ];
}

/** Everything that is otherwise compiled when first asked for. */
function wholeCatalogue(): BenchRow {
  const before = heapMb();
  const start = performance.now();
  const book = compileBook([baseCards()]);
  const names = baseCards().cards.flatMap(({ provider, model, aliases = [] }) =>
    [model, ...aliases].map((name) => [provider, name] as const),
  );
  for (const [provider, name] of names) costOf(book, request(provider, name, { input_tokens: 1, output_tokens: 1 }));
  const elapsed = performance.now() - start;
  const grown = heapMb() - before;
  return {
    // Naming the book here keeps it until its memory was measured.
    name: `whole catalogue ${book.version.slice(0, 15)} compiled and each of ${thousands(names.length)} names priced once`,
    value: `${elapsed.toFixed(0)} ms, ${grown.toFixed(1)} MB`,
  };
}

/** Median of fresh processes: module load, then the book and a first price. Uses the built package where there is one. */
function coldStart(): BenchRow {
  const isBuilt = existsSync(new URL('../dist/index.js', import.meta.url));
  const script = `const start = performance.now();
    const { baseBook, costOf } = await import('@costspan/pricing');
    const loaded = performance.now();
    costOf(baseBook(), { provider: 'openai', model: 'gpt-4o', atUs: 0, usage: { status: 'reported', meters: { input_tokens: 1 } }, context: {} });
    console.log(loaded - start, performance.now() - loaded);`;
  const runs = Array.from({ length: TRIALS }, () => {
    const { stdout } = spawnSync(
      process.execPath,
      [...(isBuilt ? [] : ['--conditions=@costspan/source']), '--input-type=module', '-e', script],
      { encoding: 'utf8', cwd: import.meta.dirname },
    );
    return stdout.trim().split(' ').map(Number);
  });
  const [load, first] = [0, 1].map((part) => median(runs.map((run) => run[part] ?? Number.NaN)).toFixed(1));
  return {
    name: `cold start ${isBuilt ? '(built)' : '(sources)'}: load, then book and first price`,
    value: `${load} ms + ${first} ms`,
  };
}

type Trial = () => number;

/** A measured run: calls per second. Its result must not change, so that no work can be left out. */
function timed(calls: number, run: (calls: number) => number): Trial {
  const expected = run(calls);
  return () => {
    const start = performance.now();
    const result = run(calls);
    const rate = (calls / (performance.now() - start)) * 1000;
    if (Math.abs(result - expected) > 1e-6) throw new Error(`${result} after ${expected}: the runs differ`);
    return rate;
  };
}

/** Runs the trials in turn, so that a busy moment of the machine hits all of them. */
function trials(list: readonly Trial[]): number[][] {
  const rates: number[][] = list.map(() => []);
  for (let trial = 0; trial < TRIALS; trial += 1) {
    for (const [index, run] of list.entries()) rates[index]?.push(run());
  }
  return rates;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

if (import.meta.main) {
  for (const { name, value, compare } of await rows())
    console.log(`${name}: ${value}${compare ? ` — ${compare}` : ''}`);
}
