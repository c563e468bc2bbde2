import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileBook, parseCardFile, priceCall } from '@costspan/pricing';
import { attoFromInteger, type CallRecord, formatMoney, parseMoney, sumMoney } from '@costspan/usage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiRoutes } from '../api/routes.ts';
import { csvRows } from '../exports/csv-rows.contract.ts';
import { checkFocus } from '../exports/focus/check-focus.ts';
import { type DuckDbLedger, openDuckDbLedger } from '../ledger/duckdb/open-duck-db-ledger.ts';
import { Reratings } from '../rerating/reratings.ts';
import { closingRoutes } from './closing-routes.ts';
import { Periods } from './periods.ts';

const million = (price: string) => ({ price, per: 1_000_000 });
const source = { url: 'https://example.com/prices', read: '2026-11-20' };
/** A price that goes up on the fifteenth at noon. */
const cards = (input: string) =>
  compileBook([
    parseCardFile(
      {
        ...{ format: 'costspan.cards/1', layer: 'list', kind: 'base' },
        cards: [
          {
            ...{ provider: 'acme', model: 'm', currency: 'USD', source },
            prices: [
              { to: '2026-10-15T12:00:00Z', rates: { input_tokens: million(input), output_tokens: million('10') } },
              { from: '2026-10-15T12:00:00Z', rates: { input_tokens: million('4'), output_tokens: million('10') } },
            ],
          },
        ],
      },
      'list.json',
    ),
  ]);
let book = cards('2');
let directory: string;
let ledger: DuckDbLedger;
let nowUs: number;
let periods: Periods;
let reratings: Reratings;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-periods-'));
  nowUs = Date.UTC(2026, 10, 3) * 1000;
  book = cards('2');
  await open();
});
afterEach(async () => {
  await ledger.close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(callsDays = 0): Promise<void> {
  const retention = { callsDays, contextDays: 0, hoursDays: 0 };
  ledger = await openDuckDbLedger({ path: directory, rollUpIntervalMs: 0, nowUs: () => nowUs, retention });
  reratings = new Reratings(join(directory, 'reratings'));
  periods = new Periods(ledger.exports, join(directory, 'periods'), reratings, () => nowUs / 1000);
}

async function send(n: number, startedAt: string, over: Partial<CallRecord> = {}): Promise<void> {
  const call: CallRecord = {
    traceId: (n + 1).toString(16).padStart(32, '0'),
    spanId: (n + 1).toString(16).padStart(16, '0'),
    startedAtUs: Date.parse(startedAt) * 1000,
    durationUs: 1000,
    provider: 'acme',
    operation: 'chat',
    requestModel: 'm',
    usage: { status: 'reported', meters: { input_tokens: 1000, output_tokens: 100 } },
    context: {},
    outcome: 'ok',
    tags: { customer_id: 'globex', user: 'alice@example.com', secret_plan: 'x' },
    ...over,
  };
  nowUs += 1_000_000;
  await ledger.append([{ call, cost: priceCall(book, call, []) }]);
}

const api = () =>
  apiRoutes(
    ledger,
    undefined,
    undefined,
    undefined,
    undefined,
    closingRoutes({ opened: { periods, reratings }, source: ledger.exports, prices: { book } }),
  );

async function close(month: string, query = ''): Promise<Record<string, unknown>> {
  const response = await api().request(`/periods/${month}/close${query}`, { method: 'POST' });
  return { status: response.status, ...((await response.json()) as object) };
}

async function statement(
  month: string,
): Promise<{ text: string; rows: Record<string, string | null>[]; sha256: string | null }> {
  const response = await api().request(`/periods/${month}/statement`);
  const text = await response.text();
  expect([response.status, response.status === 200 ? '' : text]).toEqual([200, '']);
  const [heading = [], ...cells] = csvRows(text);
  const rows = cells.map((row) => Object.fromEntries(heading.map((name, index) => [String(name), row[index] ?? null])));
  expect(await checkFocus(heading.map(String), rows, '1.2')).toMatchObject({ count: 0, findings: [] });
  return { text, rows, sha256: response.headers.get('costspan-sha256') };
}

const sum = (rows: readonly Record<string, string | null>[], column = 'BilledCost') =>
  formatMoney(sumMoney(rows.map((row) => parseMoney(row[column] as string))));

describe('a closed month', () => {
  test('a price change on the fifteenth at noon splits the rows of that day', async () => {
    await send(1, '2026-10-15T11:59:59.999Z');
    await send(2, '2026-10-15T12:00:00Z');
    await send(3, '2026-10-15T13:00:00Z');
    expect(await close('2026-10')).toMatchObject({ status: 200, calls: 3, cost_usd: '0.013', previous_sha256: null });
    const { rows } = await statement('2026-10');
    const input = rows.filter((row) => row['SkuMeter'] === 'Input Tokens');
    expect(
      input.map((row) => [row['ChargePeriodStart'], row['ListUnitPrice'], row['PricingQuantity'], row['BilledCost']]),
    ).toEqual([
      ['2026-10-15T00:00:00Z', '2', '0.001', '0.002'],
      ['2026-10-15T00:00:00Z', '4', '0.002', '0.008'],
    ]);
    expect(sum(rows)).toBe('0.013');
  });

  test('stays the same bytes after new prices, late calls, deleted calls, another close and a restart', async () => {
    for (let n = 0; n < 20; n += 1) await send(n, `2026-10-${String(n + 2).padStart(2, '0')}T10:00:00Z`);
    const facts = await close('2026-10');
    const first = await statement('2026-10');
    expect(facts['sha256']).toBe(first.sha256);
    book = cards('3');
    await send(30, '2026-10-20T10:00:00Z');
    await ledger.rollUp();
    await ledger.close();
    nowUs = Date.UTC(2026, 11, 20) * 1000;
    await open(10);
    await ledger.rollUp();
    expect((await ledger.calls({ filters: [], limit: 100 })).calls).toEqual([]);
    expect(await statement('2026-10')).toEqual(first);
    expect(await close('2026-10')).toEqual(facts);
    expect(readdirSync(join(directory, 'periods'))).toEqual(['2026-10']);
  });

  test('holds neither persons nor free tags', async () => {
    await send(1, '2026-10-05T00:00:00Z');
    await close('2026-10');
    const { text, rows } = await statement('2026-10');
    expect(text).not.toMatch(/alice|secret_plan/);
    expect(rows[0]?.['Tags']).toBe('{"customer_id":"globex"}');
  });

  test('the same ledger gives the same bytes', async () => {
    for (let n = 0; n < 12; n += 1)
      await send(n, `2026-10-0${(n % 5) + 1}T00:00:00Z`, { tags: { customer_id: `c${n % 3}` } });
    const dry = await close('2026-10', '?dry_run=true');
    expect(await (await api().request('/periods')).json()).toEqual({ periods: [] });
    expect(await close('2026-10')).toEqual(dry);
  });

  test('a file that somebody changed is refused, not handed out', async () => {
    await send(1, '2026-10-05T00:00:00Z');
    await close('2026-10');
    const path = join(directory, 'periods', '2026-10', 'statement.csv');
    expect(statSync(path).mode & 0o777).toBe(0o400);
    chmodSync(path, 0o600);
    writeFileSync(path, readFileSync(path, 'utf8').replace('0.002', '0.001'));
    const response = await api().request('/periods/2026-10/statement');
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('is not what was closed')]);
  });
});

describe('what comes after a month was closed', () => {
  test('late calls are corrections of the next statement, once, and all statements together are the ledger', async () => {
    await send(1, '2026-10-05T00:00:00Z');
    await send(2, '2026-10-06T00:00:00Z');
    const october = await close('2026-10');
    await send(3, '2026-10-07T00:00:00Z');
    await send(4, '2026-11-02T00:00:00Z');
    nowUs = Date.UTC(2026, 11, 2) * 1000;
    const november = await close('2026-11');
    expect(november).toMatchObject({
      ...{ calls: 1, correction_rows: 2, cost_usd: '0.005', corrections_usd: '0.003', total_usd: '0.008' },
      previous_sha256: october['sha256'],
    });
    const { rows } = await statement('2026-11');
    const corrections = rows.filter((row) => row['ChargeClass'] === 'Correction');
    expect(corrections.map((row) => [row['BillingPeriodStart'], row['ChargePeriodStart']])).toEqual([
      ['2026-11-01T00:00:00Z', '2026-10-07T00:00:00Z'],
      ['2026-11-01T00:00:00Z', '2026-10-07T00:00:00Z'],
    ]);
    nowUs = Date.UTC(2027, 0, 2) * 1000;
    await send(5, '2026-10-08T00:00:00Z');
    expect(await close('2026-12')).toMatchObject({ calls: 0, correction_rows: 2, corrections_usd: '0.003' });
    const all = [
      october,
      november,
      ...((await (await api().request('/periods')).json()) as { periods: Record<string, string>[] }).periods.slice(2),
    ];
    const told = all.reduce((total, facts) => total + parseMoney(facts['total_usd'] as string), 0n);
    const { total } = await ledger.query({
      ...{ fromUs: 0, toUs: Date.UTC(2027, 1, 1) * 1000, timezone: 'UTC', grain: 'none', weekStart: 'monday' },
      ...{
        metrics: ['cost'],
        groupBy: [],
        filters: [],
        orderBy: { field: 'cost', direction: 'desc' },
        limit: 1,
        fill: 'none',
      },
    } as Parameters<DuckDbLedger['query']>[0]);
    expect(formatMoney(attoFromInteger(told))).toBe(total['cost']);
  });

  test('a call whose place another span takes is taken back', async () => {
    const model = { usage: { status: 'reported', meters: { input_tokens: 1000 } } } as const;
    const outer = { traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8), ...model };
    await send(1, '2026-10-05T00:00:00Z', outer);
    await close('2026-10');
    await send(2, '2026-10-05T00:00:00.100Z', {
      ...{ traceId: outer.traceId, parentSpanId: outer.spanId, spanId: 'cc'.repeat(8) },
      usage: { status: 'reported', meters: { input_tokens: 1500 } },
    });
    nowUs = Date.UTC(2026, 11, 2) * 1000;
    const facts = await close('2026-11');
    const { total } = await ledger.query({
      ...{ fromUs: 0, toUs: Date.UTC(2027, 1, 1) * 1000, timezone: 'UTC', grain: 'none', weekStart: 'monday' },
      ...{
        metrics: ['cost'],
        groupBy: [],
        filters: [],
        orderBy: { field: 'cost', direction: 'desc' },
        limit: 1,
        fill: 'none',
      },
    } as Parameters<DuckDbLedger['query']>[0]);
    expect(formatMoney(attoFromInteger(parseMoney('0.002') + parseMoney(facts['total_usd'] as string)))).toBe(
      total['cost'],
    );
    await statement('2026-11');
  });
});

describe('other prices', () => {
  const OCTOBER = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z';
  async function rerate(query = OCTOBER): Promise<Record<string, unknown>> {
    const response = await api().request(`/reratings?${query}`, { method: 'POST' });
    return { status: response.status, ...((await response.json()) as object) };
  }

  test('make a layer that tells the difference, and the same prices make none', async () => {
    for (let n = 0; n < 4; n += 1) await send(n, `2026-10-1${n}T00:00:00Z`);
    await send(9, '2026-10-20T00:00:00Z');
    book = cards('3');
    const dry = await rerate(`${OCTOBER}&dry_run=true`);
    expect(dry).toMatchObject({ number: null, calls: 5, changed: 4, difference_usd: '0.004' });
    expect(await rerate()).toEqual({ ...dry, number: 1 });
    expect(await rerate()).toMatchObject({ number: null, changed: 0, before_usd: '0.021', after_usd: '0.021' });
    expect(await reratings.layers()).toHaveLength(1);
    const { calls } = await ledger.calls({ filters: [], limit: 10 });
    expect(calls.map(({ cost }) => cost)).toEqual(['0.005', '0.003', '0.003', '0.003', '0.003']);
    const adjustments = (await (await api().request('/reratings/1/adjustments')).text()).trimEnd().split('\n');
    expect(adjustments).toHaveLength(4);
    book = cards('2');
    expect(await rerate()).toMatchObject({ number: 2, changed: 4, difference_usd: '-0.004' });
  });

  test('correct a month that is closed, and price one that is not', async () => {
    await send(1, '2026-10-05T00:00:00Z');
    const october = await close('2026-10');
    const closed = await statement('2026-10');
    await send(2, '2026-11-05T00:00:00Z');
    book = cards('3');
    await rerate();
    nowUs = Date.UTC(2026, 11, 2) * 1000;
    expect(await statement('2026-10')).toEqual(closed);
    expect(await close('2026-10')).toEqual(october);
    expect(await close('2026-11')).toMatchObject({
      ...{ cost_usd: '0.005', corrections_usd: '0.001', correction_rows: 2, reratings: 1 },
    });
    const { rows } = await statement('2026-11');
    const corrections = rows.filter((row) => row['ChargeClass'] === 'Correction');
    expect(corrections.map((row) => [row['ListUnitPrice'], row['PricingQuantity'], row['BilledCost']])).toEqual([
      ['2', '-0.001', '-0.002'],
      ['3', '0.001', '0.003'],
    ]);
    expect(new Set(corrections.map((row) => row['Tags']))).toEqual(new Set(['{"customer_id":"globex"}']));
    nowUs = Date.UTC(2027, 0, 2) * 1000;
    expect(await close('2026-12')).toMatchObject({ total_usd: '0', rows: 0 });
  });

  test('of a month that is not closed yet are in its statement', async () => {
    await send(1, '2026-10-05T00:00:00Z');
    book = cards('3');
    await rerate();
    expect(await close('2026-10')).toMatchObject({ cost_usd: '0.004', correction_rows: 0 });
    const { rows } = await statement('2026-10');
    expect(rows.map((row) => [row['SkuMeter'], row['ListUnitPrice'], row['BilledCost']]).sort()).toEqual([
      ['Input Tokens', '3', '0.003'],
      ['Output Tokens', '10', '0.001'],
    ]);
  });
});

describe('what cannot be closed', () => {
  test.each([
    ['a month that is not over', '2026-11', 422, 'PERIOD_OPEN'],
    ['no month', '2026-13', 400, 'MONTH_FORMAT'],
  ])('%s', async (_, month, status, code) => {
    expect(await close(month)).toMatchObject({ status, errors: [{ code }] });
  });

  test('a month whose calls are deleted: what is left would pass for the whole', async () => {
    await send(1, '2026-10-05T00:00:00Z');
    await ledger.close();
    nowUs = Date.UTC(2026, 10, 20) * 1000;
    await open(30);
    await ledger.rollUp();
    expect(await close('2026-10')).toMatchObject({ status: 422, errors: [{ code: 'PERIOD_DELETED' }] });
  });

  test('a month whose turn has not come', async () => {
    await close('2026-08');
    expect(await close('2026-10')).toMatchObject({ status: 422, errors: [{ code: 'PERIOD_ORDER' }] });
  });

  test('where the ledger is in memory', async () => {
    const response = await apiRoutes(ledger).request('/periods');
    expect(response.status).toBe(404);
  });
});
