import { existsSync, readFileSync } from 'node:fs';
import type { Meters } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { baseBook } from './base-book.ts';
import { compileBook } from './compile-book.ts';
import type { Cost } from './cost.ts';
import { costOf } from './cost-of.ts';
import { costToJson } from './cost-to-json.ts';
import { importCards } from './import-cards/index.ts';
import { parseCardFile } from './parse-card-file.ts';
import type { PriceBook } from './price-book.ts';

interface GoldenRow {
  readonly id: string;
  readonly provider: string;
  readonly model?: string;
  readonly resolved_model: string;
  readonly at: string;
  readonly usage: Meters;
  /** [meter, quantity, rate, amount] */
  readonly lines: readonly (readonly [string, string, string, string])[];
  readonly expected: { readonly total: string };
}

/** The repository's own rows, and the large set that may lie beside the repository. */
const OWN = new URL('../golden/', import.meta.url);
const SHARED = new URL('../../../../shared/data/pricing/genai-prices-', import.meta.url);
const isShared = existsSync(new URL('genai-prices-usage-golden.json', SHARED));

function rowsOf(folder: URL, prefix: string): { readonly rows: readonly GoldenRow[]; readonly book: PriceBook } {
  const text = (name: string): string => readFileSync(new URL(`${prefix}${name}`, folder), 'utf8');
  const { file } = importCards('genai-prices', text('rate-cards.json'));
  const { rows } = JSON.parse(text('usage-golden.json')) as { readonly rows: readonly GoldenRow[] };
  return { rows, book: compileBook([parseCardFile(JSON.parse(JSON.stringify(file)), 'rate-cards.json')]) };
}

function price(book: PriceBook, row: GoldenRow, model: string): Cost {
  return costOf(book, {
    provider: row.provider,
    model,
    atUs: Date.parse(row.at) * 1000,
    usage: { status: 'reported', meters: row.usage },
    context: {},
  });
}

/** What a golden row states, taken from a cost. Lines at a rate of zero are ours alone. */
function asGolden(cost: Cost): object {
  const { total, lines } = costToJson(cost);
  const charged = lines.filter(({ rate }) => rate !== '0');
  return {
    total,
    lines: charged.map(({ meter, quantity, rate, amount }) => [meter, String(quantity), rate, amount].join(' ')).sort(),
  };
}

function expected(row: GoldenRow): object {
  return { total: row.expected.total, lines: row.lines.map((line) => line.join(' ')).sort() };
}

describe('the rows worked out by hand', () => {
  const { rows, book } = rowsOf(OWN, '');
  test.each(rows.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    expect(asGolden(price(book, row, row.resolved_model))).toEqual(expected(row));
    if (row.model !== undefined) expect(price(book, row, row.model).card?.model).toBe(row.resolved_model);
  });
});

describe.skipIf(!isShared)('the golden rows of genai-prices (../shared/data/pricing beside the repository)', () => {
  const { rows, book } = isShared ? rowsOf(SHARED, 'genai-prices-') : rowsOf(OWN, '');

  test('all of them are equal as decimal texts, line by line', () => {
    expect(rows.length).toBeGreaterThan(800);
    for (const row of rows) {
      expect({ id: row.id, ...asGolden(price(book, row, row.resolved_model)) }).toEqual({
        id: row.id,
        ...expected(row),
      });
    }
  });

  test('the bundled catalogue knows every model in them by the name that was called', () => {
    const unknown = rows.filter((row) => price(baseBook(), row, row.model ?? row.resolved_model).match === undefined);
    expect(unknown.map(({ provider, model }) => `${provider} ${model}`)).toEqual([]);
  });

  test('the bundled catalogue prices them the same, but for the model whose source states no price and the search fee it omits', () => {
    const different = rows.filter(
      (row) => costToJson(price(baseBook(), row, row.model ?? row.resolved_model)).total !== row.expected.total,
    );
    expect([...new Set(different.map(({ provider, model }) => `${provider} ${model}`))]).toEqual([
      'cerebras qwen-3-coder-480b',
      // Each answer searches once; the source has the tokens alone.
      'openai gpt-4o-search-preview-2025-03-11',
    ]);
  });
});
