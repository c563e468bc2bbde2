import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Collector, parseConfig, startCollector } from '@costspan/collector';
import { afterAll, afterEach, expect, test } from 'vitest';
import { runCommand } from '../../run-command.contract.ts';
import type { Terminal } from '../../terminal.ts';
import { anthropicBucket, anthropicCsvRow, openaiBucket, ownCall, spendLog } from '../samples.contract.ts';
import { BATCH_SPANS } from './run-backfill.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-backfill-'));
const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function fileWith(name: string, content: string): string {
  const file = join(scratch, name);
  writeFileSync(file, content);
  return file;
}

const ndjson = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

async function collector(data = ':memory:'): Promise<Collector> {
  const config = parseConfig({ listen: '127.0.0.1:0', data, ingestKeys: ['key-1'] }, 'test', {});
  const started = await startCollector(config, { say: () => undefined });
  running.push(started);
  return started;
}

const run = (args: readonly string[], over: Partial<Terminal> = {}) =>
  runCommand(['backfill', ...args], { env: { COSTSPAN_API_KEY: 'key-1' }, ...over });

async function ask(url: string, groupBy: readonly string[] = []) {
  const response = await fetch(new URL('/api/v1/usage/query', url), {
    method: 'POST',
    headers: { authorization: 'Bearer key-1' },
    body: JSON.stringify({
      from: '2025-01-01T00:00:00Z',
      to: '2027-01-01T00:00:00Z',
      metrics: [
        'calls',
        'cost',
        'errors',
        'input_tokens',
        'cache_read_tokens',
        'output_tokens',
        'requests',
        'web_searches',
      ],
      groupBy,
    }),
  });
  return (await response.json()) as { readonly rows: readonly object[]; readonly total: Record<string, unknown> };
}

/** Two batches and a part of a third. */
const LOGS = BATCH_SPANS * 2 + 250;
const logsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...spendLog,
    request_id: `chatcmpl-${index}`,
    end_user: `customer-${index % 3}`,
    startTime: new Date(Date.parse('2026-10-01T08:00:00Z') + index * 1000).toISOString(),
  }));
const logs = logsOf(LOGS);

test('every row of a spend log is a priced call with its tags, once, however often it is sent', async () => {
  const { url } = await collector();
  const file = fileWith('logs.ndjson', ndjson(logs));
  const first = await run([file, '--url', url, '--tag', 'environment=production']);
  expect(first).toMatchObject({ code: 0, err: '' });
  const once = await ask(url, ['customer_id', 'team', 'virtual_account', 'feature_name', 'environment', 'import']);
  expect(once.total).toMatchObject({
    calls: LOGS,
    input_tokens: LOGS * 2314,
    cache_read_tokens: LOGS * 1024,
    output_tokens: LOGS * 300,
  });
  expect(once.rows).toHaveLength(3);
  expect(once.rows).toContainEqual(
    expect.objectContaining({
      customer_id: 'customer-0',
      team: 'growth',
      virtual_account: 'support-bot',
      feature_name: 'chat',
      environment: 'production',
      import: 'litellm',
    }),
  );
  // LiteLLM's own estimate is not what the calls cost: 1290 fresh, 1024 cached and 300 written tokens of gpt-4o-mini are.
  expect(Number(once.total['cost'])).toBeCloseTo(LOGS * (1290 * 15e-8 + 1024 * 7.5e-8 + 300 * 6e-7), 9);

  expect(await run([file, '--url', url, '--tag', 'environment=production'])).toMatchObject({ code: 0 });
  expect((await ask(url)).total).toEqual((await ask(url)).total);
  expect((await ask(url)).total).toMatchObject({ calls: LOGS, cost: once.total['cost'] });
});

test.each([
  ['many small prompts', 1000, '9'],
  ['long prompts', 10, '17.25'],
])(
  'a bucket of %s is charged at the rates of prompts of their size, not of their sum',
  async (_what, requests, cost) => {
    const { url } = await collector();
    const result = {
      object: 'organization.usage.completions.result',
      input_tokens: 3_000_000,
      output_tokens: 100_000,
      num_model_requests: requests,
      model: 'gpt-5.4-2026-03-05',
      service_tier: 'default',
      batch: false,
    };
    const bucket = { ...openaiBucket, start_time: 1_790_812_800, end_time: 1_790_899_200, results: [result] };
    const file = fileWith('small.json', JSON.stringify({ object: 'page', data: [bucket], has_more: false }));
    expect(await run([file, '--url', url])).toMatchObject({ code: 0 });
    // 2.5 and 15 for a million; above 272,000 tokens of one prompt 5 and 22.5.
    expect((await ask(url)).total).toMatchObject({ calls: 1, input_tokens: 3_000_000, cost });
  },
);

test('what was cut off in the middle is completed by going on, or by beginning again', async () => {
  const whole = await collector();
  const file = fileWith('cut.ndjson', ndjson(logs));
  await run([file, '--url', whole.url]);
  for (const goOn of [true, false]) {
    const { url } = await collector();
    const gate = await through(url, (body) => (body.includes(`"chatcmpl-${BATCH_SPANS}"`) ? 401 : undefined));
    const cut = await run([file, '--url', gate]);
    expect(cut.code).toBe(1);
    expect(cut.err).toContain('answered 401');
    // Batches after the one that was refused may be there already: what has nothing missing before it is done.
    expect(cut.err).toContain(`--skip ${BATCH_SPANS},`);
    expect((await ask(url)).total['calls']).toBeLessThan(LOGS);
    expect(await run([file, '--url', url, ...(goOn ? ['--skip', String(BATCH_SPANS)] : [])])).toMatchObject({
      code: 0,
    });
    expect((await ask(url)).total).toEqual((await ask(whole.url)).total);
  }
});

test('Ctrl-C says how far it came, and what was sent stays', async () => {
  const { url } = await collector();
  const file = fileWith('stop.ndjson', ndjson(logsOf(BATCH_SPANS * 7)));
  let stop: (signal: 'SIGINT') => void = () => undefined;
  const interrupted = new Promise<'SIGINT'>((resolve) => {
    stop = resolve;
  });
  const gate = await through(url, () => {
    stop('SIGINT');
    return undefined;
  });
  const { code, err } = await run([file, '--url', gate], { interrupted: () => interrupted });
  expect(code).toBe(1);
  expect(err).toContain('stopped as asked');
  const { total } = await ask(url);
  expect(err).toContain(`--skip ${total['calls']},`);
  expect(total['calls']).toBeLessThan(BATCH_SPANS * 7);
});

test('a collector that is busy is asked again', async () => {
  const { url } = await collector();
  const statuses = [503, 429];
  const gate = await through(url, () => statuses.pop());
  expect(await run([fileWith('busy.ndjson', ndjson(logs.slice(0, 3))), '--url', gate])).toMatchObject({ code: 0 });
  expect(statuses).toEqual([]);
  expect((await ask(url)).total).toMatchObject({ calls: 3 });
});

test('sums stay sums: one row per bucket and group, with the requests as a meter', async () => {
  const { url } = await collector();
  const openai = fileWith('openai.json', JSON.stringify({ object: 'page', data: [openaiBucket], has_more: false }));
  const anthropic = fileWith(
    'anthropic.json',
    JSON.stringify({ data: [anthropicBucket], has_more: true, next_page: 'p' }),
  );
  const header = Object.keys(anthropicCsvRow);
  const console = fileWith('console.csv', `${header.join(',')}\n${Object.values(anthropicCsvRow).join(',')}\n`);
  const { code, err } = await run([openai, anthropic, console, '--url', url]);
  expect(code).toBe(0);
  expect(err).toContain('there are more pages');
  const { total, rows } = await ask(url, ['import', 'bucket']);
  expect(total).toMatchObject({ calls: 5, requests: 11, output_tokens: 10_648 + 501 + 16_932, web_searches: 13 });
  expect(rows).toContainEqual(
    expect.objectContaining({ import: 'openai', bucket: '1d', calls: 2, input_tokens: 59_208 }),
  );
  expect(rows).toContainEqual(expect.objectContaining({ import: 'anthropic', bucket: '1d', calls: 3 }));
});

test('our own calls go from one ledger to another without a change, and back without a duplicate', async () => {
  const from = await collector();
  await run([fileWith('own.ndjson', ndjson(logs.slice(0, 20))), '--url', from.url, '--keep-cost']);
  const headers = { authorization: 'Bearer key-1' };
  const page = await (await fetch(new URL('/api/v1/calls?limit=100', from.url), { headers })).text();
  const file = fileWith('page.json', page);
  const to = await collector();
  expect(await run([file, '--url', to.url])).toMatchObject({ code: 0 });
  expect((await ask(to.url, ['customer_id'])).rows).toEqual((await ask(from.url, ['customer_id'])).rows);
  await run([file, '--url', from.url]);
  expect((await ask(from.url)).total).toEqual((await ask(to.url)).total);
});

test('a call of ours is told by the other ledger as it was by its own', async () => {
  const { url } = await collector();
  const more = {
    ...{ conversation_id: 'c-1', prompt_id: 'greeting', prompt_version: '7', agent: 'support', workflow: 'intake' },
    ...{ max_tokens: 512, temperature: 0.5 },
  };
  await run([fileWith('one.ndjson', ndjson([{ ...ownCall, ...more }])), '--url', url]);
  const headers = { authorization: 'Bearer key-1' };
  const told = await (await fetch(new URL(`/api/v1/calls/${ownCall['id']}`, url), { headers })).json();
  const { cost: _cost, cost_status: _status, tags, ...rest } = ownCall as typeof ownCall & { readonly tags: object };
  expect(told).toMatchObject({ ...rest, ...more, tags: { ...tags, import: 'costspan' } });
});

test('a kept cost is what the source said', async () => {
  const { url } = await collector();
  await run([fileWith('kept.ndjson', ndjson(logs.slice(0, 2))), '--url', url, '--keep-cost']);
  expect((await ask(url)).total).toMatchObject({ calls: 2, cost: '0.005359' });
});

test('with a mistake anywhere nothing is sent, and every mistake has its file and line', async () => {
  const { url } = await collector();
  const [one, two, three] = logs as [object, object, object];
  const bad = [one, { ...two, startTime: 'soon' }, { ...three, prompt_tokens: -1, metadata: {} }];
  const file = fileWith('bad.ndjson', `${ndjson(bad)}{"a":\n`);
  const refused = await run([file, '--url', url]);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`${file}:2 startTime: "soon" is not a time`);
  expect(refused.err).toContain(`${file}:3 prompt_tokens: -1 is not a whole number`);
  expect(refused.err).toContain(`${file}:4: `);
  expect((await ask(url)).total).toMatchObject({ calls: 0 });
  expect(await run([file, '--url', url, '--skip-invalid'])).toMatchObject({ code: 1 });
  expect((await ask(url)).total).toMatchObject({ calls: 2 });
});

test('a dry run sends nothing and says what there is', async () => {
  const file = fileWith('dry.ndjson', ndjson([...logs, { ...spendLog, request_id: 'x', cache_hit: 'True' }]));
  const { code, out } = await run([file, '--url', 'http://127.0.0.1:1', '--dry-run', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    rows: LOGS + 1,
    calls: LOGS,
    from: '2026-10-01T08:00:00.000Z',
    usage: { input_tokens: LOGS * 2314 },
    source_cost: { USD: '6.028875' },
    left_out: { "answered from LiteLLM's own cache: no provider was called": 1 },
  });
  expect((await run([file, '--dry-run'])).out).toMatchInlineSnapshot(`
    "rows read                                                                               2,251
    calls                                                                                   2,250
    first                                                                2026-10-01T08:00:00.000Z
    last                                                                 2026-10-01T08:37:29.000Z
    input_tokens                                                                        5,206,500
    output_tokens                                                                         675,000
    cache_read_tokens                                                                   2,304,000
    input_audio_tokens                                                                          0
    output_reasoning_tokens                                                               144,000
    cost the source worked out (USD)                                                     6.028875
    left out: answered from LiteLLM's own cache: no provider was called                         1
    "
  `);
});

test('fields become tags as they are mapped, and rows outside of the time are left out', async () => {
  const { url } = await collector();
  const file = fileWith('map.ndjson', ndjson(logs.slice(0, 60)));
  await run([
    ...[
      file,
      '--url',
      url,
      '--map',
      'metadata.spend_logs_metadata.feature=feature_name',
      'user=',
      'team_id=business_unit',
    ],
    ...['--since', '2026-10-01T08:00:30Z', '--until', '2026-10-01T08:00:40Z'],
  ]);
  const { rows } = await ask(url, ['feature_name', 'user', 'business_unit', 'team']);
  expect(rows).toMatchObject([
    { calls: 10, feature_name: 'answers', user: '(untagged)', business_unit: 'growth', team: '(untagged)' },
  ]);
});

test('a ledger in a directory is written without a collector of one’s own', async () => {
  const data = join(scratch, 'ledger');
  const file = fileWith('data.ndjson', ndjson(logs.slice(0, 5)));
  expect(await run([file, '--data', data])).toMatchObject({ code: 0 });
  expect(await run([file, '--data', data])).toMatchObject({ code: 0 });
  const { url } = await collector(data);
  expect((await ask(url)).total).toMatchObject({ calls: 5 });
});

test.each([
  ['a format nobody knows', ['--from', 'excel']],
  ['a mapping without a tag', ['--map', 'team_id']],
  ['a tag that is none', ['--tag', 'Customer-Id=5']],
  ['a number of rows that is none', ['--skip', 'some']],
])('%s is a usage error', async (_, args) => {
  expect(await run([fileWith('one.ndjson', ndjson(logs.slice(0, 1))), ...args])).toMatchObject({ code: 2 });
});

test('a file of no known format is told which there are', async () => {
  const { code, err } = await run([fileWith('other.csv', 'name,age\nx,5\n')]);
  expect(code).toBe(1);
  expect(err).toContain('litellm');
});

/** A server before the collector that answers by itself when `answer` gives a status. */
async function through(url: string, answer: (body: string) => number | undefined): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const status = answer(body);
    if (status !== undefined) {
      response.writeHead(status, { 'retry-after': '0' }).end('later');
      return;
    }
    const { authorization = '' } = request.headers;
    const headers = { 'content-type': 'application/json', authorization };
    const answered = await fetch(new URL('/v1/traces', url), { method: 'POST', headers, body });
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(await answered.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
