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
  readonly body: unknown;
  readonly usage: Readonly<Record<string, number>>;
}

describe.skipIf(!existsSync(corpus))(
  'recorded usage objects (needs ../shared/data/pricing beside the checkout)',
  () => {
    test('every OpenAI, Azure and Anthropic usage object gives the known counts', () => {
      const { rows } = JSON.parse(readFileSync(corpus, 'utf8')) as { readonly rows: readonly Row[] };
      const ours = rows.filter((row) => ['openai', 'azure', 'anthropic'].includes(row.provider));
      expect(ours.length).toBeGreaterThan(180);
      const read = ours.map(({ id, provider, api_flavor: api, body }) => {
        const { usage } = extractUsage({ provider, api, body });
        return { id, usage: Object.fromEntries(Object.entries(usage.meters).filter(([, count]) => count !== 0)) };
      });
      expect(read).toEqual(ours.map(({ id, usage }) => ({ id, usage })));
    });
  },
);
