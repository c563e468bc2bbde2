import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE_FILE, compileBase, REPORT_FILE } from '../build/compile-base.ts';
import { matchesClause } from '../build/match-clause.ts';
import { snapPrice } from '../build/snap-price.ts';
import { baseBook, baseCards } from './base-book.ts';
import { compileCard, ratesAt } from './compile-card.ts';
import { costOf } from './cost-of.ts';
import { parseCardFile } from './parse-card-file.ts';

test('compiling the pinned source again gives the same catalogue and the same report', async () => {
  const { catalogue, report } = await compileBase();
  expect(catalogue === readFileSync(CATALOGUE_FILE, 'utf8')).toBe(true);
  expect(report).toBe(readFileSync(REPORT_FILE, 'utf8'));
});

test('the catalogue is what the parser makes of it: canonical, without mistakes, of the version it states', () => {
  const cards = baseCards();
  expect(parseCardFile(cards, 'catalogue.json')).toEqual(cards);
  expect(JSON.stringify(parseCardFile(cards, 'catalogue.json').cards)).toBe(JSON.stringify(cards.cards));
  expect(baseBook().version).toBe(cards.version);
});

test('every rate of the catalogue is a short decimal, without the noise of a double', () => {
  const noisy = [...JSON.stringify(baseCards()).matchAll(/"price":"([^"]+)"/g)]
    .map(([, price]) => price as string)
    .filter((price) => price.replace(/[.]/, '').replace(/^0+/, '').length > 9);
  expect(noisy).toEqual([]);
});

test('all amounts of the catalogue are exact at 10⁻¹⁸ but for prices by the hour and by twelve million', () => {
  const rounded = new Set(
    baseCards().cards.flatMap((card) =>
      compileCard(card, () => ({
        provider: card.provider,
        model: card.model,
        layer: 'base',
        version: '',
      })).periods.flatMap(({ prices }) =>
        prices.plain.ladder.plan.charges.filter(({ denominator }) => denominator !== 1n).map(({ per }) => per),
      ),
    ),
  );
  expect([...rounded].sort()).toEqual([12_000_000, 3600]);
});

test('a model whose source states no price is unpriced; one that is called free is free', () => {
  const cost = (provider: string, model: string) =>
    costOf(baseBook(), {
      provider,
      model,
      atUs: 1.79e15,
      usage: { status: 'reported', meters: { input_tokens: 10, output_tokens: 10 } },
      context: {},
    });
  expect(cost('cerebras', 'qwen-3-coder-480b')).toMatchObject({ status: 'unpriced', reason: 'price_unknown' });
  const free = baseCards().cards.filter(({ model }) => model.endsWith(':free'));
  expect(free.length).toBeGreaterThan(100);
  for (const { provider, model } of free) expect(cost(provider, model)).toMatchObject({ status: 'free', total: 0n });
});

test('the peak hours of DeepSeek V4 hold from the day they began, which the source does not compute', () => {
  const rates = (instant: string) => {
    const card = baseBook().provider('deepseek')?.resolve('deepseek-v4-pro')?.card;
    return card && ratesAt(card, Date.parse(instant) * 1000)?.plain.ladder.plan.charges.map(({ rate }) => rate);
  };
  const before = rates('2026-07-01T02:00:00Z');
  expect(before).toEqual(rates('2026-07-01T12:00:00Z'));
  expect(before?.slice(0, 2)).toEqual(['0.435', '0.87']);
  expect(rates('2026-08-19T02:00:00Z')?.slice(0, 2)).toEqual(['1.32', '3.96']);
  expect(rates('2026-08-19T05:00:00Z')?.slice(0, 2)).toEqual(['0.66', '1.98']);
});

test.each([
  [0.15, '0.15 per 1000000', false],
  [2.5, '2.5 per 1000000', false],
  [0, '0 per 1000000', false],
  [0.003625, '0.003625 per 1000000', false],
  [1e-7, '0.0000001 per 1000000', false],
  [0.18000000000000002, '0.18 per 1000000', true],
  [0.1 + 0.2, '0.3 per 1000000', true],
  [0.08333333333333334, '1 per 12000000', true],
  [1 / 3, '1 per 3000000', true],
])('the number %f stands for the price %s', (value, expected, isSnapped) => {
  const { rate, snapped } = snapPrice(value, 1_000_000) ?? {};
  expect([`${rate?.price} per ${rate?.per}`, snapped]).toEqual([expected, isSnapped]);
});

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, Math.PI, 0.12345678901])(
  'the number %f stands for no price',
  (value) => {
    expect(snapPrice(value, 1)).toBeUndefined();
  },
);

test('a match clause of the source accepts at build time what it accepts there', () => {
  const clause = {
    or: [
      { equals: 'A' },
      { and: [{ starts_with: 'b-' }, { regex: '^(?!.*-tts)' }] },
      { ends_with: '-c' },
      { contains: 'd@' },
    ],
  };
  expect(['a', 'B-1', 'x-C', 'xd@1'].every((name) => matchesClause(clause, name))).toBe(true);
  expect(['ab', 'b-1-tts', 'c', 'd'].some((name) => matchesClause(clause, name))).toBe(false);
});
