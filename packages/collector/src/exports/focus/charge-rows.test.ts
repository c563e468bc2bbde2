import { baseBook, compileBook, costOf, inDollars, parseCardFile } from '@costspan/pricing';
import { attoFromInteger, formatMoney, METER_NAMES, parseMoney, sumMoney } from '@costspan/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeLines } from '../../ledger/stored-lines.ts';
import { chargeRows } from './charge-rows.ts';
import { checkFocus } from './check-focus.ts';
import { focusColumns } from './focus-export-row.ts';
import type { FocusRecord } from './rules/rule.ts';
import type { StoredCharge } from './stored-charge.ts';

const SOURCE = { url: 'https://example.com/prices', read: '2026-11-20' };
const list = parseCardFile(
  {
    format: 'costspan.cards/1',
    layer: 'list',
    kind: 'base',
    cards: [
      {
        ...{ provider: 'acme', model: 'm', currency: 'USD', source: SOURCE },
        prices: [
          { rates: { input_tokens: { price: '3', per: 1_000_000 }, output_tokens: { price: '15', per: 1_000_000 } } },
        ],
      },
      {
        ...{ provider: 'acme', model: 'yuan', currency: 'CNY', source: SOURCE },
        prices: [
          { rates: { input_tokens: { price: '2', per: 1_000_000 }, output_tokens: { price: '7', per: 1_000_000 } } },
        ],
      },
    ],
  },
  'list.json',
);
const contract = parseCardFile(
  {
    ...{ format: 'costspan.cards/1', layer: 'contract', kind: 'organisation' },
    adjustments: [{ name: 'discount', provider: 'acme', ratio: '0.9275' }],
  },
  'contract.json',
);
const AT_US = Date.UTC(2026, 9, 15, 12, 30) * 1000 + 7;

function charge(model: string, meters: object, book = compileBook([list])): StoredCharge {
  const usage = { status: 'reported' as const, meters };
  const cost = inDollars(costOf(book, { provider: 'acme', model, atUs: AT_US, usage, context: {} }));
  return {
    id: 'a-b',
    startedAtUs: AT_US,
    provider: 'acme',
    model,
    context: undefined,
    firstClassTags: ['globex', undefined, undefined, undefined, undefined, undefined, undefined],
    otherTags: '{"plan":"pro"}',
    lines: encodeLines(cost.lines),
    total: cost.total,
    currency: cost.currency,
    status: cost.status,
    list: cost.list,
    card: JSON.stringify(cost.card),
    native:
      cost.native === undefined
        ? undefined
        : { currency: cost.native.currency, total: cost.native.total, fxRate: cost.native.fxRate },
  };
}

const sum = (rows: readonly FocusRecord[], column: string) =>
  formatMoney(sumMoney(rows.map((row) => parseMoney(row[column] as string))));

describe('a stored call as FOCUS', () => {
  const meters = fc.record({ input_tokens: fc.nat(5_000_000), output_tokens: fc.nat(500_000) });

  test.each(['1.2', '1.3'] as const)(
    'rows of %s keep every rule and add up to the cost and the list',
    async (version) => {
      const books = [compileBook([list]), compileBook([list, contract])];
      await fc.assert(
        fc.asyncProperty(meters, fc.constantFrom(...books), async (counts, book) => {
          const stored = charge('m', counts, book);
          const rows = chargeRows(stored, version);
          expect(await checkFocus(focusColumns(version), rows, version)).toMatchObject({ count: 0, findings: [] });
          expect(sum(rows, 'BilledCost')).toBe(formatMoney(attoFromInteger(stored.total as bigint)));
          expect(sum(rows, 'ListCost')).toBe(formatMoney(attoFromInteger(stored.list ?? (stored.total as bigint))));
        }),
        { numRuns: 60 },
      );
    },
  );

  test('a contract is seen per class: the list price is the one without its ratio', () => {
    const rows = chargeRows(
      charge('m', { input_tokens: 1000, output_tokens: 100 }, compileBook([list, contract])),
      '1.2',
    );
    expect(
      rows.map((row) => [row.SkuMeter, row.ListUnitPrice, row.ContractedUnitPrice, row.ListCost, row.BilledCost]),
    ).toEqual([
      ['Input Tokens', '3', '2.7825', '0.003', '0.0027825'],
      ['Output Tokens', '15', '13.9125', '0.0015', '0.00139125'],
    ]);
  });

  test('a list that is not that of the lines is divided and whole', async () => {
    const stored = { ...charge('m', { input_tokens: 1000, output_tokens: 100 }), list: parseMoney('0.01') };
    const rows = chargeRows(stored, '1.2');
    expect([sum(rows, 'ListCost'), sum(rows, 'BilledCost'), rows[0]?.PricingUnit]).toEqual([
      '0.01',
      '0.0045',
      'Charges',
    ]);
    expect((await checkFocus(focusColumns('1.2'), rows, '1.2')).count).toBe(0);
  });

  test('a card in another currency is charged in dollars, and keeps what it says', async () => {
    const native = { currency: 'CNY', total: parseMoney('0.0027'), fxRate: '0.14' };
    const lines = charge('yuan', { input_tokens: 1000, output_tokens: 100 }).lines;
    const stored = { ...charge('m', { input_tokens: 1 }), lines, native, total: parseMoney('0.000378') };
    const rows = chargeRows(stored, '1.3');
    expect([sum(rows, 'BilledCost'), rows[0]?.BillingCurrency, rows[0]?.x_NativeCurrency]).toEqual([
      '0.000378',
      'USD',
      'CNY',
    ]);
    expect((await checkFocus(focusColumns('1.3'), rows, '1.3')).count).toBe(0);
  });

  test('unknown is no row, and never zero', () => {
    expect(chargeRows(charge('nobody-knows', { input_tokens: 5 }), '1.2')).toEqual([]);
  });

  test('what the provider says a call cost is one row', () => {
    const lines = encodeLines([{ meter: 'requests', quantity: 1, rate: '0.5', per: 1, amount: parseMoney('0.5') }]);
    const stored = {
      ...charge('m', { input_tokens: 5 }),
      status: 'provider_reported',
      lines,
      total: parseMoney('0.5'),
    };
    expect(chargeRows(stored, '1.2').map((row) => row.BilledCost)).toEqual(['0.5']);
  });

  test('every call of the catalogue keeps the rules', async () => {
    const book = baseBook();
    const calls = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4-5', 'gemini-2.5-pro'].map((model, index) => {
      const provider = ['openai', 'openai', 'anthropic', 'google'][index] as string;
      const usage = {
        status: 'reported' as const,
        meters: Object.fromEntries(METER_NAMES.slice(0, 4).map((name) => [name, 1000])),
      };
      const cost = inDollars(costOf(book, { provider, model, atUs: AT_US, usage, context: { batch: true } }));
      return {
        ...charge('m', { input_tokens: 1 }),
        provider,
        model,
        lines: encodeLines(cost.lines),
        total: cost.total,
        status: cost.status,
      };
    });
    const rows = calls.flatMap((call) => chargeRows(call, '1.3'));
    expect(rows.length).toBeGreaterThan(3);
    expect(await checkFocus(focusColumns('1.3'), rows, '1.3')).toMatchObject({ count: 0, findings: [] });
  });
});

describe('the rules find what is wrong', () => {
  const good = chargeRows(charge('m', { input_tokens: 1000, output_tokens: 100 }), '1.3')[0] as FocusRecord;
  test.each<[string, FocusRecord]>([
    ['values', { BilledCost: null }],
    ['values', { ChargeCategory: 'Use' }],
    ['values', { ServiceProviderName: '' }],
    ['formats', { ListUnitPrice: '3,0' }],
    ['formats', { ChargePeriodStart: '2026-10-15 12:00:00' }],
    ['formats', { BillingCurrency: 'dollars' }],
    ['formats', { Tags: '{"a":{"b":1}}' }],
    ['periods', { BillingPeriodEnd: '2026-10-01T00:00:00Z' }],
    ['periods', { ChargePeriodEnd: '2026-11-01T01:00:00Z' }],
    ['periods', { ChargeClass: 'Correction' }],
    ['amounts', { ListCost: '0.0030001' }],
    ['amounts', { ContractedUnitPrice: '2' }],
    ['amounts', { ConsumedUnit: null }],
    ['amounts', { SkuId: null }],
  ])('%s: %j', async (rule, change) => {
    const { findings } = await checkFocus(focusColumns('1.3'), [{ ...good, ...change }], '1.3');
    expect(findings.map((finding) => finding.rule)).toContain(rule);
  });

  test.each([
    ['a column that is missing', focusColumns('1.3').filter((name) => name !== 'ListCost')],
    ['a column that is there twice', [...focusColumns('1.3'), 'Tags']],
    ['a column of our own without its x_', [...focusColumns('1.3'), 'call_id']],
    ['the columns of the version before', focusColumns('1.2')],
  ])('%s', async (_, columns) => {
    expect((await checkFocus(columns, [], '1.3')).findings.map(({ rule }) => rule)).toContain('columns');
  });
});
