import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { extractUsage } from './extract-usage.ts';

/** Usage objects as providers sent them, with the counts another project reads from them. Lies beside the checkout where developers have it. */
const corpus = resolve(import.meta.dirname, '../../../../shared/data/pricing/genai-prices-extraction.json');

interface Row {
  readonly id: string;
  readonly provider: string;
  readonly api_flavor: string;
  readonly model: string | null;
  readonly body: unknown;
  readonly usage: Readonly<Record<string, number>>;
}

/** What we read and the other project does not, row by row. A row that starts to agree fails the test. */
const DIFFERENCES: readonly {
  readonly reason: string;
  readonly rows: Readonly<Record<string, Record<string, number>>>;
}[] = [
  {
    reason: 'an OpenAI Responses usage object under a host that has other shapes too is read as what it is',
    rows: {
      'ge-00202': { output_reasoning_tokens: 1920 },
      'ge-00214': { output_reasoning_tokens: 1728 },
      'ge-00220': { cache_write_tokens: 27 },
      'ge-00223': { cache_write_tokens: 86 },
      'ge-00418': { output_reasoning_tokens: 256 },
    },
  },
  {
    reason: 'Bedrock writes by lifetime (cacheDetails) are read: the two lifetimes have two prices',
    rows: { 'ge-00226': { cache_write_5m_tokens: 2074 } },
  },
  {
    reason: 'Gemini embeddings spell their modalities promptTokenDetails: text and images have two prices',
    rows: { 'ge-00856': { input_text_tokens: 11 }, 'ge-00859': { input_text_tokens: 7 } },
  },
  {
    reason: 'Mistral states cache hits in num_cached_tokens',
    rows: {
      'ge-00937': { cache_read_tokens: 76 },
      'ge-00946': { cache_read_tokens: 85 },
      'ge-00949': { cache_read_tokens: 32 },
      'ge-00958': { cache_read_tokens: 32 },
      'ge-00964': { cache_read_tokens: 48 },
    },
  },
  {
    reason: 'OpenRouter counts video among the prompt details',
    rows: { 'ge-01327': { input_video_tokens: 258 } },
  },
];

describe.skipIf(!existsSync(corpus))(
  'recorded usage objects (needs ../shared/data/pricing beside the checkout)',
  () => {
    const rows = existsSync(corpus) ? (JSON.parse(readFileSync(corpus, 'utf8')) as { rows: readonly Row[] }).rows : [];
    const known = Object.assign({}, ...DIFFERENCES.map(({ rows: differing }) => differing)) as Record<string, object>;

    test('every usage object gives the known counts, but for the differences that are listed with their reasons', () => {
      expect(rows.length).toBe(450);
      const read = rows.map(({ id, provider, api_flavor: api, body }) => ({
        id,
        usage: withoutZeros(extractUsage({ provider, api, body }).usage.meters),
      }));
      expect(read).toEqual(rows.map(({ id, usage }) => ({ id, usage: { ...usage, ...known[id] } })));
      expect(Object.keys(known).filter((id) => !rows.some((row) => row.id === id))).toEqual([]);
    });

    test('every listed difference is one', () => {
      const agreeing = rows.filter(({ id, usage }) =>
        Object.entries(known[id] ?? {}).some(([meter, count]) => usage[meter] === count),
      );
      expect(agreeing).toEqual([]);
    });

    test('every row names its model, and only a total that does not add up is a finding', () => {
      const read = rows.map(({ id, provider, api_flavor: api, body }) => ({
        id,
        ...extractUsage({ provider, api, body }),
      }));
      expect(read.filter((row, index) => (row.model ?? null) !== rows[index]?.model)).toEqual([]);
      const found = read.flatMap(({ id, findings }) => findings.map(({ code }) => ({ id, code })));
      expect(found).toEqual([{ id: 'ge-00970', code: 'TOTAL_MISMATCH' }]);
    });
  },
);

function withoutZeros(meters: object): Record<string, number> {
  return Object.fromEntries(Object.entries(meters).filter(([, count]) => count !== 0));
}
