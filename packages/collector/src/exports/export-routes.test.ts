import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseBook, priceCall } from '@costspan/pricing';
import { attoFromInteger, formatMoney, parseMoney } from '@costspan/usage';
import fc from 'fast-check';
import type { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apiRoutes } from '../api/routes.ts';
import { type DuckDbLedger, openDuckDbLedger } from '../ledger/duckdb/open-duck-db-ledger.ts';
import type { PricedCall } from '../ledger/ledger.ts';
import { FIRST_US, madeCall } from '../ledger/made-call.contract.ts';
import { FROM_US, pricedCall, TO_US } from '../ledger/random-calls.contract.ts';
import { formatInstantUs, parseInstantUs } from '../query/instants.ts';
import { csvRows } from './csv-rows.contract.ts';
import { EXPORT_COLUMNS } from './export-columns.ts';
import { focusColumns } from './focus/focus-export-row.ts';
import { readParquet } from './read-parquet.contract.ts';

const PERIOD = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' };
const book = baseBook();
let directory: string;
let ledger: DuckDbLedger;
let api: Hono;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-export-'));
});
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(async () => {
  ledger = await openDuckDbLedger({ path: ':memory:', rollUpIntervalMs: 0 });
  api = apiRoutes(ledger);
});
afterEach(() => ledger.close());

/** Priced by the catalogue; some of a model that nobody has a price for. */
function catalogueCall(n: number, tags: Record<string, string> = { customer_id: `c${n % 3}` }): PricedCall {
  const made = madeCall({
    n,
    tags,
    meters: { input_tokens: 1000 + n, cache_read_tokens: n % 500, output_tokens: 7 * n },
  });
  const call = { ...made.call, requestModel: n % 10 === 9 ? 'nobody-knows' : 'gpt-4o-mini' };
  return { call, cost: priceCall(book, call, []) };
}

interface Part {
  readonly body: Buffer;
  readonly cursor: string | null;
  readonly calls: number;
  readonly rows: number;
  readonly unpriced: number;
  readonly cost: bigint;
  readonly asOf: string;
}

async function part(parameters: Record<string, string>): Promise<Part> {
  const response = await api.request(`/usage/export?${new URLSearchParams({ ...PERIOD, ...parameters })}`);
  const body = Buffer.from(await response.arrayBuffer());
  expect([response.status, response.status === 200 ? '' : body.toString()]).toEqual([200, '']);
  const number = (name: string) => Number(response.headers.get(name));
  return {
    body,
    cursor: response.headers.get('costspan-next-cursor'),
    calls: number('costspan-calls'),
    rows: number('costspan-rows'),
    unpriced: number('costspan-unpriced-calls'),
    cost: parseMoney(response.headers.get('costspan-cost-usd') ?? '0'),
    asOf: response.headers.get('costspan-as-of') as string,
  };
}

async function allParts(parameters: Record<string, string>, between = async () => {}): Promise<Part[]> {
  const parts: Part[] = [];
  for (let cursor: string | null | undefined; cursor !== null; cursor = parts.at(-1)?.cursor ?? null) {
    parts.push(await part({ ...parameters, ...(cursor === undefined ? {} : { cursor }) }));
    await between();
  }
  return parts;
}

async function total(asOf: string): Promise<{ calls: number; cost: string | null; unpriced: number }> {
  const body = JSON.stringify({ ...PERIOD, metrics: ['calls', 'cost'], asOf });
  const response = await api.request('/usage/query', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const answer = (await response.json()) as { total: { calls: number; cost: string | null }; unpriced_calls: number };
  return { ...answer.total, unpriced: answer.unpriced_calls };
}

describe('parts', () => {
  test.each(['csv', 'ndjson', 'focus', 'focus-ndjson'])(
    'the parts of %s are the whole, and their counts and sums those of the query',
    async (format) => {
      await ledger.append(Array.from({ length: 100 }, (_, n) => catalogueCall(n)));
      const parts = await allParts({ format, limit: '7' });
      const whole = await part({ format });
      expect(Buffer.concat(parts.map(({ body }) => body)).equals(whole.body)).toBe(true);
      expect(parts.length).toBe(15);
      const sums = await total(whole.asOf);
      const told = (pick: (one: Part) => number) => parts.reduce((sum, one) => sum + pick(one), 0);
      expect([told(({ calls }) => calls), told(({ unpriced }) => unpriced)]).toEqual([sums.calls, sums.unpriced]);
      const cost = parts.reduce((sum, one) => sum + one.cost, 0n);
      expect(formatMoney(attoFromInteger(cost))).toBe(sums.cost);
      const lines = format.endsWith('ndjson')
        ? whole.body.toString().split('\n').length - 1
        : csvRows(whole.body.toString()).length - 1;
      expect(told(({ rows }) => rows)).toBe(lines);
    },
  );

  test('calls that come while an export runs are in no part of it, and the parts stay without a gap or a repeat', async () => {
    await ledger.append(Array.from({ length: 30 }, (_, n) => catalogueCall(2 * n)));
    let late = 100;
    const parts = await allParts({ format: 'ndjson', limit: '4' }, async () => {
      const call = catalogueCall(late);
      late += 1;
      // Among those that were exported already, and among those that were not.
      await ledger.append([{ ...call, call: { ...call.call, startedAtUs: FIRST_US + (late % 60) * 1_000_000 } }]);
    });
    const ids = parts.flatMap(({ body }) =>
      body
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { call_id: string }).call_id),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(30);
  });

  test('more calls than the limit in one microsecond stay together', async () => {
    const at = FIRST_US + 5;
    await ledger.append(Array.from({ length: 9 }, (_, n) => madeCall({ n, startedAtUs: at })));
    const parts = await allParts({ format: 'ndjson', limit: '2' });
    expect(parts.map(({ calls }) => calls).filter((calls) => calls > 0)).toEqual([9]);
  });

  test('an export is refused when calls of it were deleted since it began', async () => {
    let nowUs = Date.UTC(2026, 9, 2) * 1000;
    const retention = { callsDays: 5, contextDays: 0, hoursDays: 0 };
    const own = await openDuckDbLedger({ path: ':memory:', rollUpIntervalMs: 0, retention, nowUs: () => nowUs });
    api = apiRoutes(own);
    await own.append(Array.from({ length: 9 }, (_, n) => madeCall({ n })));
    const { cursor } = await part({ format: 'ndjson', limit: '4' });
    nowUs += 20 * 86_400_000_000;
    await own.rollUp();
    const next = new URLSearchParams({ ...PERIOD, format: 'ndjson', limit: '4', cursor: cursor as string });
    const response = await api.request(`/usage/export?${next}`);
    expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ code: 'CURSOR_EXPIRED' }] }]);
    expect((await part({ format: 'ndjson', limit: '4' })).calls).toBe(0);
    await own.close();
  });

  test('a part of nothing has a heading and no rows', async () => {
    const { body, rows, cursor } = await part({ format: 'csv', limit: '10' });
    expect(csvRows(body.toString())).toEqual([EXPORT_COLUMNS.map(({ name }) => name)]);
    expect([rows, cursor]).toEqual([0, null]);
  });

  test.each([
    ['a cursor of another question', { cursor: 'e1.2.0123456789abcdef' }, 'CURSOR_INVALID'],
    ['a format that there is not', { format: 'xlsx' }, 'VALUE_UNKNOWN'],
    ['an order', { orderBy: 'cost' }, 'UNKNOWN'],
    ['a parameter that nobody knows', { colour: 'red' }, 'FIELD_UNKNOWN'],
    ['too large a part of a text', { format: 'csv', limit: '20001' }, 'TOO_LARGE'],
    ['no language', { locale: '!' }, 'LOCALE_UNKNOWN'],
    ['no time', { from: '2026-13-01T00:00:00Z' }, 'INSTANT_INVALID'],
  ])('%s is refused with its place', async (_, parameters, code) => {
    const response = await api.request(`/usage/export?${new URLSearchParams({ ...PERIOD, ...parameters })}`);
    const { errors } = (await response.json()) as { errors: { code: string }[] };
    expect([response.status, errors.map((error) => error.code)]).toEqual([400, [code]]);
  });
});

describe('what is written', () => {
  const filled = fc.uniqueArray(pricedCall, {
    minLength: 1,
    maxLength: 40,
    selector: ({ call }) => `${call.traceId}${call.spanId}`,
  });
  const range = { from: formatInstantUs(FROM_US), to: formatInstantUs(TO_US) };

  test('CSV, NDJSON and Parquet tell the same of every call, to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(filled, async (calls) => {
        const own = await openDuckDbLedger({ path: ':memory:', rollUpIntervalMs: 0 });
        api = apiRoutes(own);
        try {
          await own.append(calls);
          const [heading, ...cells] = csvRows((await part({ ...range, format: 'csv' })).body.toString());
          const lines = (await part({ ...range, format: 'ndjson' })).body.toString().split('\n').filter(Boolean);
          const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
          expect(heading).toEqual(EXPORT_COLUMNS.map(({ name }) => name));
          expect(cells).toEqual(
            objects.map((object) => EXPORT_COLUMNS.map(({ name, kind }) => textOf(object[name], kind))),
          );
          const file = join(directory, 'random.parquet');
          writeFileSync(file, (await part({ ...range, format: 'parquet' })).body);
          const { rows, decimals } = await readParquet(file);
          expect(decimals).toEqual(EXPORT_COLUMNS.filter(({ kind }) => kind === 'decimal').map(({ name }) => name));
          const byId = (row: Record<string, unknown>) => String(row['call_id']);
          const told = rows.map((row) => EXPORT_COLUMNS.map(({ name }) => parquetText(row[name])));
          expect(told.sort()).toEqual(
            [...objects]
              .sort((a, b) => (byId(a) < byId(b) ? -1 : 1))
              .map((object) => EXPORT_COLUMNS.map(({ name, kind }) => textOf(object[name], kind)))
              .sort(),
          );
          for (const { call, cost } of calls) {
            const object = objects.find((one) => one['call_id'] === `${call.traceId}-${call.spanId}`);
            if (object === undefined) continue;
            expect(object['cost']).toBe(cost.total === undefined ? null : formatMoney(cost.total));
          }
        } finally {
          await own.close();
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  test('a spreadsheet of a language gets its comma, its semicolon and no formula', async () => {
    await ledger.append([madeCall({ n: 1, cost: '0.25', tags: { customer_id: '=HYPERLINK("x")', team: 'a;b' } })]);
    const { body } = await part({ format: 'csv', locale: 'de' });
    const text = body.toString();
    expect(text.startsWith('\ufeffcall_id;started_at;')).toBe(true);
    const [heading, row] = csvRows(text.slice(1), ';');
    const cell = (name: string) => row?.[heading?.indexOf(name) ?? -1];
    expect([cell('cost'), cell('customer_id'), cell('team')]).toEqual(['0,25', `'=HYPERLINK("x")`, 'a;b']);
    const plain = await part({ format: 'csv' });
    expect(csvRows(plain.body.toString())[1]).toContain('=HYPERLINK("x")');
  });

  test('filters are those of the list of calls', async () => {
    await ledger.append(Array.from({ length: 12 }, (_, n) => catalogueCall(n)));
    const { calls } = await part({ format: 'ndjson', limit: '100', customer_id: 'c1' });
    expect(calls).toBe(4);
  });

  test.each(['1.2', '1.3'] as const)('FOCUS %s as Parquet holds what FOCUS as text holds', async (version) => {
    await ledger.append(Array.from({ length: 25 }, (_, n) => catalogueCall(n)));
    const [heading, ...cells] = csvRows((await part({ format: 'focus', version })).body.toString());
    expect(heading).toEqual([...focusColumns(version)]);
    const file = join(directory, 'focus.parquet');
    const made = await part({ format: 'focus-parquet', version });
    writeFileSync(file, made.body);
    const { rows, decimals, instants } = await readParquet(file);
    expect(rows.length).toBe(cells.length);
    expect(made.rows).toBe(cells.length);
    const told = rows.map((row) =>
      focusColumns(version).map((name) => {
        if (!instants.includes(name)) return row[name] ?? null;
        const iso = String(row[name]);
        return name === 'x_StartedAt' ? formatInstantUs(parseInstantUs(iso) as number) : `${iso.slice(0, 19)}Z`;
      }),
    );
    expect(told).toEqual(cells);
    expect(decimals).toContain('PricingQuantity');
  });
});

function textOf(value: unknown, kind: string): string | null {
  if (value === null || value === undefined) return null;
  return kind === 'json' ? JSON.stringify(value) : String(value);
}

function parquetText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
