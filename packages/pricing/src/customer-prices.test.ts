import { expect, test } from 'vitest';
import { CARDS_FORMAT } from './card.ts';
import { compileBook } from './compile-book.ts';
import { costOf } from './cost-of.ts';
import { parseCardFile } from './parse-card-file.ts';

test('what is compiled for customers is bounded, reaching it is counted, and prices stay right', () => {
  const source = { url: 'https://example.com', read: '2026-11-23' };
  const rates = { input_tokens: { price: '1', per: 1_000_000 } };
  const models = Array.from({ length: 30 }, (_, index) => `m${index}`);
  const base = parseCardFile(
    {
      format: CARDS_FORMAT,
      kind: 'base',
      cards: models.map((model) => ({ provider: 'p', model, currency: 'USD', source, prices: [{ rates }] })),
    },
    'base.json',
  );
  const shop = parseCardFile(
    {
      format: CARDS_FORMAT,
      layer: 'shop',
      kind: 'resale',
      adjustments: Array.from({ length: 900 }, (_, index) => ({
        name: `a${index}`,
        provider: 'p',
        customers: [`c${index}`],
        ratio: '2',
      })),
    },
    'shop.json',
  );
  const book = compileBook([base, shop]);
  const usage = { status: 'reported' as const, meters: { input_tokens: 1_000_000 } };
  for (let customer = 0; customer < 900; customer += 1) {
    for (const model of models) {
      const cost = costOf(book, { provider: 'p', model, customer: `c${customer}`, atUs: 0, usage, context: {} });
      if (cost.resale !== 2n * 10n ** 18n) throw new Error(`${customer} ${model}: ${cost.resale}`);
    }
  }
  expect(book.resale?.customerCards.turnovers).toBe(1);
});
