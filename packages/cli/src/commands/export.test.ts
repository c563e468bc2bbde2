import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, parseConfig, startCollector } from '@costspan/collector';
import { baseBook, priceCall } from '@costspan/pricing';
import type { CallRecord } from '@costspan/usage';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../run-command.contract.ts';

const CALLS = 240;
const FROM_US = Date.UTC(2026, 9, 1) * 1000;
const book = baseBook();
let directory: string;
let collector: Collector;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-export-'));
  collector = await startCollector(parseConfig("listen: 127.0.0.1:0\ndata: ':memory:'", 'test', {}));
  const calls = Array.from({ length: CALLS }, (_, n) => {
    const call: CallRecord = {
      traceId: (n + 1).toString(16).padStart(32, '0'),
      spanId: (n + 1).toString(16).padStart(16, '0'),
      startedAtUs: FROM_US + n * 1_000_000,
      durationUs: 1000,
      provider: 'openai',
      operation: 'chat',
      requestModel: n % 12 === 0 ? 'nobody-knows' : 'gpt-4o-mini',
      usage: { status: 'reported', meters: { input_tokens: 1000 + n, output_tokens: n } },
      context: {},
      outcome: 'ok',
      tags: { customer_id: `c${n % 4}`, note: 'two\nlines, "quoted"' },
    };
    return { call, cost: priceCall(book, call, []) };
  });
  await collector.ledger.append(calls);
});
afterAll(async () => {
  await collector.close();
  rmSync(directory, { recursive: true });
});

const PERIOD = ['--from', '2026-10-01', '--to', '2026-11-01'];
const run = (...args: string[]) => runCommand(['export', '--url', collector.url, ...PERIOD, ...args]);
const at = (name: string) => join(directory, name);
const manifestOf = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

describe('costspan export', () => {
  test('a file has what its manifest says, and the query agrees', async () => {
    const { code, err } = await run('--out', at('all.csv'), '--part-calls', '7');
    expect([code, err]).toEqual([
      0,
      expect.stringContaining(`${CALLS} calls, 20 without a known cost, ${CALLS} rows, `),
    ]);
    const bytes = readFileSync(at('all.csv'));
    const records = parse(bytes, { columns: true }) as Record<string, string>[];
    const manifest = manifestOf(at('all.csv.manifest.json'));
    expect(records.length).toBe(CALLS);
    expect(records[1]?.['other_tags']).toBe('{"note":"two\\nlines, \\"quoted\\""}');
    expect(manifest).toMatchObject({ format: 'csv', calls: CALLS, rows: CALLS, unpriced_calls: 20 });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(manifest['files']).toEqual([{ name: 'all.csv', bytes: bytes.length, rows: CALLS, sha256 }]);
  });

  test.each(['csv', 'ndjson', 'focus', 'focus-ndjson'])(
    'a %s export that was ended after any part goes on without a gap or a repeat',
    async (format) => {
      const whole = at(`whole.${format}`);
      expect((await run('--format', format, '--out', whole, '--part-calls', '50')).code).toBe(0);
      for (const stopAfter of [0, 1, 3]) {
        const out = at(`broken-${stopAfter}.${format}`);
        const api = await partsUntil(stopAfter);
        const args = ['--format', format, '--out', out, '--part-calls', '50'];
        expect((await runCommand(['export', '--url', api.url, ...PERIOD, ...args])).code).toBe(1);
        await api.close();
        // A killed process may have written more than its last state counts.
        if (stopAfter > 0) writeFileSync(out, 'half a row that no state counts', { flag: 'a' });
        if (stopAfter > 0) {
          expect(await run(...args)).toMatchObject({ code: 1, err: expect.stringContaining('--resume') });
        } else expect(existsSync(out) || existsSync(`${out}.resume.json`)).toBe(false);
        const { code } = await run(...args, '--resume');
        expect([code, readFileSync(out).equals(readFileSync(whole))]).toEqual([0, true]);
      }
    },
  );

  test('a directory has a Parquet file for each part and goes on after the last whole one', async () => {
    const out = `${at('parts')}/`;
    const args = ['--format', 'parquet', '--out', out, '--part-calls', '100'];
    const api = await partsUntil(2);
    expect((await runCommand(['export', '--url', api.url, ...PERIOD, ...args])).code).toBe(1);
    await api.close();
    expect((await run(...args, '--resume')).code).toBe(0);
    const manifest = manifestOf(join(out, 'manifest.json')) as {
      calls: number;
      files: { name: string; rows: number; sha256: string }[];
    };
    expect(manifest.files.map(({ rows }) => rows)).toEqual([100, 100, 40]);
    for (const { name, sha256 } of manifest.files) {
      const bytes = readFileSync(join(out, name));
      expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
  });

  test('a Parquet file comes whole', async () => {
    expect((await run('--format', 'focus-parquet', '--out', at('focus.parquet'))).code).toBe(0);
    expect(readFileSync(at('focus.parquet')).subarray(-4).toString()).toBe('PAR1');
    expect(manifestOf(at('focus.parquet.manifest.json'))['calls']).toBe(CALLS);
  });

  test('standard output has the rows and nothing else', async () => {
    const { code, out } = await run('--format', 'ndjson', '--where', 'customer_id=c1', '--out', '-');
    const rows = out.trimEnd().split('\n');
    expect([code, rows.length]).toEqual([0, CALLS / 4]);
    expect(rows.every((row) => (JSON.parse(row) as { customer_id: string }).customer_id === 'c1')).toBe(true);
  });

  test('sums go to CloudWatch line by line, and add up to the query', async () => {
    const args = ['emf', '--url', collector.url, '--from', '2026-10-01', '--to', '2026-10-02', '--by', 'customer_id'];
    const { code, out } = await runCommand(args);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { Calls: number; customer_id: string });
    expect([code, lines.length]).toEqual([0, 4]);
    expect(lines.reduce((sum, { Calls }) => sum + Calls, 0)).toBe(CALLS);
  });

  test('an export without a place is told to have one', async () => {
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('--out is missing') });
  });

  test('what is there is not written over, and another question does not go on with it', async () => {
    writeFileSync(at('mine.csv'), 'mine');
    expect(await run('--out', at('mine.csv'))).toMatchObject({ code: 1, err: expect.stringContaining('--force') });
    expect(readFileSync(at('mine.csv'), 'utf8')).toBe('mine');
    const api = await partsUntil(1);
    await runCommand(['export', '--url', api.url, ...PERIOD, '--out', at('other.csv'), '--part-calls', '9']);
    await api.close();
    truncateSync(at('other.csv'), 10);
    const other = await run('--out', at('other.csv'), '--part-calls', '9', '--where', 'customer_id=c1', '--resume');
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('another question')]);
  });
});

/** A door to the collector that closes after so many parts, as a killed collector would. */
async function partsUntil(parts: number): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const { createServer } = await import('node:http');
  let left = parts;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      if (left === 0) {
        outgoing.destroy();
        return;
      }
      left -= 1;
      const answer = await fetch(new URL(incoming.url ?? '', collector.url));
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      outgoing.end(Buffer.from(await answer.arrayBuffer()));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
