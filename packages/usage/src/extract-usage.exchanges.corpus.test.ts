import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { extractUsage } from './extract-usage.ts';
import type { ExtractedUsage } from './sources/usage-source.ts';

/** Recorded answers of providers with the facts in them. They lie beside the checkout where developers have them. */
const folder = resolve(import.meta.dirname, '../../../../shared/fixtures/provider-exchanges');

interface Exchange {
  readonly id: string;
  readonly provider: string;
  readonly vendor: string;
  readonly api: string;
  readonly stream: boolean;
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly encoding?: string;
  };
  readonly expected: Facts;
}

/** Counts as the provider writes them: absent fields are `null`, and each follows the provider's own convention. */
interface Facts {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read: number | null;
  readonly cache_write: number | null;
  readonly reasoning: number | null;
  readonly other?: Readonly<Record<string, unknown>>;
  readonly usage_raw: Readonly<Record<string, unknown>> | null;
  readonly usage_raw_all?: readonly { readonly usage: Readonly<Record<string, unknown>> }[];
  readonly usage_convention: 'cache_included' | 'cache_excluded' | null;
  readonly reasoning_convention: 'included' | 'excluded' | null;
}

type Counts = Readonly<Record<string, number>>;

/** Where we say something else than the recorded facts, and why. An exchange that starts to agree fails the test. */
const DIFFERENCES: readonly { readonly reason: string; readonly exchanges: Readonly<Record<string, Counts>> }[] = [
  {
    reason: 'Cohere counts cached tokens among what the model read, not among what it bills',
    exchanges: {
      'cohere-chat-vc-cohere-empty-tool-call-stream': { input_tokens: 46, output_tokens: 14 },
      'cohere-chat-vc-cohere-text': { input_tokens: 12, output_tokens: 7 },
      'cohere-chat-vc-cohere-tool-call-stream': { input_tokens: 119, output_tokens: 44 },
    },
  },
  {
    reason: 'Voyage has no output: its only count, the total, is the input',
    exchanges: { 'voyage-embeddings-vc-voyage-embedding': { input_tokens: 12 } },
  },
];

/** Bedrock's agents (a trace of calls, not a call) and guardrails (text units) have no shape here. */
const UNREAD_APIS = ['agents', 'guardrail'];

const exchanges = existsSync(folder)
  ? readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)))
      .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Exchange)
  : [];

describe.skipIf(exchanges.length === 0)(
  'recorded exchanges (needs ../shared/fixtures/provider-exchanges beside the checkout)',
  () => {
    const known = Object.assign({}, ...DIFFERENCES.map((group) => group.exchanges)) as Record<string, Counts>;

    test('every final usage gives what the provider billed, but for the differences that are listed with their reasons', () => {
      expect(exchanges.length).toBe(487);
      const read = exchanges.map((exchange) => ({ id: exchange.id, counts: countsOf(readFinal(exchange)) }));
      expect(read).toEqual(exchanges.map(({ id, expected }) => ({ id, counts: known[id] ?? billed(expected) })));
    });

    test('every listed difference is one', () => {
      expect(exchanges.filter(({ id, expected }) => same(known[id], billed(expected)))).toEqual([]);
      expect(Object.keys(known).filter((id) => !exchanges.some((exchange) => exchange.id === id))).toEqual([]);
    });

    test('usage is unavailable exactly where nothing billed is in the answer', () => {
      const wrong = exchanges.filter((exchange) => {
        const { status, meters } = readFinal(exchange).usage;
        return (status === 'unavailable') !== (Object.keys(meters).length === 0);
      });
      expect(wrong).toEqual([]);
    });

    test('the event that ends a stream says the same as the usage inside it', () => {
      const streams = exchanges.filter(
        ({ stream, provider, response, expected }) =>
          stream && provider !== 'anthropic' && response.encoding === undefined && expected.usage_raw !== null,
      );
      expect(streams.length).toBeGreaterThan(60);
      const read = streams.map((exchange) => ({ id: exchange.id, counts: countsOf(readLastEvent(exchange)) }));
      expect(read).toEqual(streams.map((exchange) => ({ id: exchange.id, counts: countsOf(readFinal(exchange)) })));
    });

    test('no recorded answer contradicts itself, and the only shapes without a reader are known', () => {
      const codesOf = (exchange: Exchange) => readFinal(exchange).findings.map(({ code }) => code);
      const unread = exchanges.filter((exchange) => codesOf(exchange).includes('API_UNKNOWN'));
      expect([...new Set(unread.map(({ api }) => api))].sort()).toEqual(UNREAD_APIS);
      const read = exchanges.filter((exchange) => !unread.includes(exchange));
      expect(read.filter((exchange) => codesOf(exchange).some((code) => code !== 'USAGE_ABSENT'))).toEqual([]);
    });
  },
);

/** A whole answer as it stands; of a stream the usage that counts, because its events are for the stream's reader to merge. */
function readFinal({ vendor: provider, api, stream, response, expected }: Exchange): ExtractedUsage {
  const headers = response.headers;
  if (!stream) return extractUsage({ provider, api, body: parsed(response.body), headers });
  return extractUsage({ provider, api, body: merged(expected) ?? {}, headers });
}

function readLastEvent({ vendor: provider, api, response }: Exchange): ExtractedUsage | undefined {
  // A stream is lines of events, or one array of chunks.
  const whole = parsed(response.body);
  const events = Array.isArray(whole)
    ? whole
    : response.body.split('\n').map((line) => parsed(line.replace(/^data:\s*/, '')));
  return events
    .map((body) => extractUsage({ provider, api, body }))
    .findLast(({ usage }) => usage.status === 'reported');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Later values of a message stream override earlier ones, field by field. */
function merged({ usage_raw: last, usage_raw_all: all }: Facts): unknown {
  const isMessages = all !== undefined && last !== null && 'output_tokens' in last;
  return isMessages ? Object.assign({}, ...all.map(({ usage }) => usage)) : last;
}

/** What the call was billed for, in our meters: everything that stands beside the two counts is added to them. */
function billed(expected: Facts): Counts {
  const { other = {}, usage_convention: cache, reasoning_convention: thoughts } = expected;
  const tool = other['toolUsePromptTokenCount'] ?? other['total_tool_use_tokens'];
  const passes = (expected.usage_raw?.['iterations'] ?? []) as readonly Readonly<Record<string, number | string>>[];
  const compactions = passes.filter((pass) => pass['type'] === 'compaction');
  const inPasses = (...names: string[]) => compactions.flatMap((pass) => names.map((name) => pass[name]));
  const beside = cache === 'cache_excluded' ? [expected.cache_read, expected.cache_write] : [];
  return withoutZeros({
    input_tokens: plus(
      expected.input_tokens,
      expected.input_tokens === null ? null : tool,
      ...(expected.input_tokens === null ? [] : beside),
      ...inPasses('input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'),
    ),
    output_tokens: plus(
      expected.output_tokens,
      thoughts === 'excluded' ? expected.reasoning : null,
      ...inPasses('output_tokens'),
    ),
    cache_read_tokens: plus(expected.cache_read, ...inPasses('cache_read_input_tokens')),
    cache_write_tokens: plus(expected.cache_write, ...inPasses('cache_creation_input_tokens')),
    output_reasoning_tokens: plus(expected.reasoning),
  });
}

const COMPARED = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_reasoning_tokens',
];

function countsOf(extracted: ExtractedUsage | undefined): Counts {
  const meters = Object.entries(extracted?.usage.meters ?? {});
  return withoutZeros(Object.fromEntries(meters.filter(([meter]) => COMPARED.includes(meter))));
}

function withoutZeros(counts: Readonly<Record<string, number>>): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function plus(...counts: readonly unknown[]): number {
  return counts.filter((count) => typeof count === 'number').reduce((sum, count) => sum + count, 0);
}

function same(a: Counts | undefined, b: Counts): boolean {
  return a !== undefined && Object.keys({ ...a, ...b }).every((meter) => a[meter] === b[meter]);
}
