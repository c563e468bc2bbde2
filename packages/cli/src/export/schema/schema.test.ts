import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXPORT_COLUMNS, openDuckDbLedger } from '@costspan/collector';
import { baseBook, priceCall } from '@costspan/pricing';
import type { CallRecord } from '@costspan/usage';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../run-command.contract.ts';
import { SCHEMA_TARGETS } from './index.ts';

const CALLS = 40;
let directory: string;
const file = (name: string) => join(directory, name);
const written = (name: string) => SCHEMA_TARGETS.find((target) => target.name === name)?.write(EXPORT_COLUMNS) ?? '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-schema-'));
  const ledger = await openDuckDbLedger({ path: file('data') });
  const calls = Array.from({ length: CALLS }, (_, n) => {
    const call: CallRecord = {
      traceId: (n + 1).toString(16).padStart(32, '0'),
      spanId: (n + 1).toString(16).padStart(16, '0'),
      startedAtUs: Date.UTC(2026, 9, 1) * 1000 + n,
      durationUs: 1000,
      provider: 'openai',
      operation: 'chat',
      requestModel: n % 9 === 0 ? 'nobody-knows' : 'gpt-4o-mini',
      usage: { status: 'reported', meters: { input_tokens: 1000 + n } },
      context: {},
      outcome: 'ok',
      tags: { customer_id: 'a "b",\nc', plan: 'pro' },
    };
    return { call, cost: priceCall(baseBook(), call, []) };
  });
  await ledger.append(calls);
  await ledger.close();
  for (const format of ['parquet', 'csv']) {
    const period = ['--from', '2026-10-01', '--to', '2026-10-02'];
    const args = ['export', '--data', file('data'), ...period, '--format', format, '--out', file(`calls.${format}`)];
    expect(await runCommand(args)).toMatchObject({ code: 0 });
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

test.each(SCHEMA_TARGETS)('docs/warehouses/$file is what the command writes', async (target) => {
  const path = new URL(`../../../../../docs/warehouses/${target.file}`, import.meta.url);
  const { code, out } = await runCommand(['export', 'schema', '--target', target.name]);
  expect([code, out]).toEqual([0, readFileSync(path, 'utf8')]);
});

/**
 * Engines that nobody can run here are stood in for by one that knows the same SQL: what it does not know (stages, loading, clustering)
 * is named here, and everything else of the script runs as it is.
 */
const STAND_INS: Readonly<Record<string, (script: string) => string>> = {
  snowflake: (script) =>
    script
      .replace(/CREATE STAGE[^;]*;/, '')
      .replace(
        /COPY INTO (\w+)[^;]*;/,
        (_, table) => `INSERT INTO ${table} SELECT * FROM read_parquet('${file('calls.parquet')}');`,
      ),
  bigquery: (script) =>
    script
      .replaceAll('`', '"')
      .replaceAll('BIGNUMERIC', 'DECIMAL')
      .replaceAll(' TIMESTAMP', ' TIMESTAMPTZ')
      .replace(/\nPARTITION BY DATE\("started_at"\)\nCLUSTER BY "customer_id", "model"/, '')
      .replace(
        /LOAD DATA OVERWRITE (\w+) (\([\s\S]*?\n\))\nFROM FILES[^;]*;/,
        (_, table, columns) =>
          `CREATE OR REPLACE TABLE ${table} ${columns}; INSERT INTO ${table} SELECT * FROM read_parquet('${file('calls.parquet')}');`,
      ),
  redshift: (script) =>
    script
      .replace(/\nDISTKEY \("customer_id"\)\nSORTKEY \("started_at"\)/, '')
      .replace(
        /(COPY \w+ \([\s\S]*?\n\))\nFROM[^;]*;/,
        (_, copy) => `${copy} FROM '${file('calls.csv')}' (HEADER, NULLSTR '');`,
      ),
};

describe.each(Object.entries(STAND_INS))('%s', (name, stand) => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });
  afterAll(() => connection.closeSync());
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();

  test('the load gives the counts and the sum of the manifest, and run twice it changes nothing', async () => {
    const manifest = JSON.parse(readFileSync(file('calls.csv.manifest.json'), 'utf8')) as {
      calls: number;
      cost_usd: string;
    };
    const sums = `SELECT count(*)::INTEGER, sum("cost")::VARCHAR, count("cost")::INTEGER, min("customer_id"), md5(string_agg(costspan_calls::VARCHAR, '' ORDER BY "call_id")) FROM costspan_calls`;
    const first = await connection.run(stand(written(name))).then(() => rows(sums));
    expect(first[0]?.slice(0, 2)).toEqual([
      manifest.calls,
      expect.stringMatching(new RegExp(`^${manifest.cost_usd}0*$`)),
    ]);
    expect(first[0]?.slice(2, 4)).toEqual([CALLS - 5, 'a "b",\nc']);
    await connection.run(stand(written(name)));
    expect(await rows(sums)).toEqual(first);
  });

  test('money has eighteen places, and what every call has is never empty', async () => {
    const types = await rows(
      `SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'costspan_calls' ORDER BY ordinal_position`,
    );
    expect(types.map(([column]) => column)).toEqual(EXPORT_COLUMNS.map((column) => column.name));
    for (const [index, { kind, isRequired }] of EXPORT_COLUMNS.entries()) {
      if (kind === 'decimal') expect(types[index]?.[1]).toBe('DECIMAL(38,18)');
      if (kind === 'instant') expect(types[index]?.[1]).toBe('TIMESTAMP WITH TIME ZONE');
      expect(types[index]?.[2]).toBe(isRequired ? 'NO' : 'YES');
    }
  });
});

describe('what no stand-in runs keeps the form of its format', () => {
  test('ClickHouse: an exact type for every column, one row of each key, and parentheses that close', () => {
    const script = written('clickhouse');
    for (const { name, kind, isRequired } of EXPORT_COLUMNS) {
      const type = {
        text: 'String',
        json: 'String',
        integer: 'Int64',
        decimal: 'Decimal(38, 18)',
        boolean: 'Bool',
        instant: "DateTime64(6, 'UTC')",
      }[kind];
      expect(script).toContain(`  \`${name}\` ${isRequired ? type : `Nullable(${type})`}`);
    }
    expect(script).toMatch(/ENGINE = ReplacingMergeTree\(`received_at`\)[\s\S]*ORDER BY \(`started_at`, `call_id`\);/);
    expect(script).toContain('FINAL');
    // A sorting key must not be empty.
    expect(
      EXPORT_COLUMNS.filter(({ name }) => ['started_at', 'call_id', 'received_at'].includes(name)).every(
        ({ isRequired }) => isRequired,
      ),
    ).toBe(true);
    expect(balance(script, '(', ')')).toBe(0);
  });

  test('LookML: one key, a field for every column, names once, braces and statements that close', () => {
    const view = written('looker');
    const names = [...view.matchAll(/^ {2}(?:dimension|dimension_group|measure): (\w+) \{$/gm)].map(
      (match) => match[1],
    );
    expect(new Set(names).size).toBe(names.length);
    expect([...view.matchAll(/primary_key: yes/g)]).toHaveLength(1);
    for (const { name } of EXPORT_COLUMNS) expect(view).toContain(`sql: \${TABLE}."${name}" ;;`);
    expect([...view.matchAll(/^ {4}sql: .*$/gm)].every(([line]) => line?.endsWith(' ;;'))).toBe(true);
    expect(
      [...view.matchAll(/^ {4}type: (\w+)$/gm)].every((match) =>
        ['string', 'number', 'yesno', 'time', 'sum', 'count'].includes(match[1] ?? ''),
      ),
    ).toBe(true);
    expect(balance(view.replaceAll('${', '{'), '{', '}')).toBe(0);
  });

  test('Tableau: XML whose elements close, and a type and a role for every column', () => {
    const source = written('tableau');
    expect(openElements(source)).toEqual([]);
    for (const [index, { name, kind }] of EXPORT_COLUMNS.entries()) {
      const type = {
        text: 'string',
        json: 'string',
        integer: 'integer',
        decimal: 'real',
        boolean: 'boolean',
        instant: 'datetime',
      }[kind];
      expect(source).toContain(`<column datatype='${type}' name='${name}' ordinal='${index}' />`);
      expect(source).toMatch(new RegExp(`datatype='${type}' name='\\[${name}\\]' role='(measure|dimension)'`));
    }
  });

  test('New Relic: widgets that fit twelve columns, and questions about metrics that there are', () => {
    const { name, permissions, pages } = JSON.parse(written('newrelic'));
    expect([name, permissions]).toEqual(['Costspan', 'PUBLIC_READ_WRITE']);
    const known = metricNames();
    const places = new Set<string>();
    for (const { title, layout, visualization, rawConfiguration } of pages[0].widgets) {
      expect(title).not.toBe('');
      expect(layout.column + layout.width - 1).toBeLessThanOrEqual(12);
      places.add(`${layout.row}:${layout.column}`);
      expect(['viz.billboard', 'viz.line', 'viz.bar', 'viz.table']).toContain(visualization.id);
      for (const { query } of rawConfiguration.nrqlQueries) {
        expect(query).toMatch(/^SELECT (sum|percentile)\(\w+(, 95)?\) FROM Metric/);
        expect(known).toContain(/\((\w+)/.exec(query)?.[1]);
      }
    }
    expect(places.size).toBe(pages[0].widgets.length);
  });

  test('Power Query: as many columns as there are, each with a type, and brackets that close', () => {
    const query = written('powerbi');
    expect(query).toContain(`Columns = ${EXPORT_COLUMNS.length},`);
    expect(
      [...query.matchAll(/^ {6}\{"(\w+)", (type (?:text|logical|number|datetimezone)|Int64\.Type)\}/gm)].map(
        (match) => match[1],
      ),
    ).toEqual(EXPORT_COLUMNS.map(({ name }) => name));
    for (const [open, close] of ['()', '[]', '{}']) expect(balance(query, open as string, close as string)).toBe(0);
    expect(query).toMatch(/^let\n[\s\S]*\nin\n {2}Typed\n$/m);
  });
});

/** Names of the metrics that are pushed, as the README of the collector has them. */
function metricNames(): (string | undefined)[] {
  const readme = readFileSync(new URL('../../../../collector/README.md', import.meta.url), 'utf8');
  return [...readme.matchAll(/`(costspan_\w+)`/g)].map((match) => match[1]);
}

function balance(text: string, open: string, close: string): number {
  return text.split(open).length - text.split(close).length;
}

const ELEMENT = /<(\/?)([A-Za-z][\w-]*)(?:\s+[\w:-]+='[^'<]*')*\s*(\/?)>/g;

/** Names of elements that are opened and not closed. @throws Error for markup that is no element */
function openElements(xml: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, empty] of xml.matchAll(ELEMENT)) {
    if (closing === '/' && open.pop() !== name) throw new Error(`${name} closes what is not open`);
    if (closing === '' && empty === '') open.push(name as string);
  }
  const rest = xml.replaceAll(ELEMENT, '').replaceAll(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '');
  if (/[<>]/.test(rest)) throw new Error(`there is markup that is no element: ${rest.trim().slice(0, 80)}`);
  return open;
}
