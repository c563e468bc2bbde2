import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../run-command.contract.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-quota-'));
const servers: Server[] = [];
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

function fileWith(name: string, text: string): string {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
}

/** A collector that answers GET and POST below `/api/v1` as told. @returns its URL, and what it was asked. */
async function collector(answer: (path: string, body: unknown) => unknown) {
  const asked: { readonly path: string; readonly body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => {
      text += part.toString();
    });
    request.on('end', () => {
      const path = (request.url ?? '').replace('/api/v1', '');
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      asked.push({ path, body });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(path, body)));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const RULES = `format: costspan.quota/1
timezone: Europe/Berlin
rules:
  - id: customer-day
    applies_per: [customer_id]
    limits: [{ cost: "5.00", per: day }]
    unpriced: block
    alerts: { thresholds: [75, 90, 100] }
  - id: everybody
    when: { models: ["gpt-*"] }
    limits: [{ requests: 60, per: minute }]
`;
const rules = fileWith('quota.yaml', RULES);

describe('lint', () => {
  test('good rules are said to be good; what looks wrong is a warning', async () => {
    const clean = fileWith('clean.yaml', RULES.replace(/ {2}- id: everybody[\s\S]*/, ''));
    expect(await runCommand(['quota', 'lint', clean])).toMatchObject({ code: 0, out: 'nothing to report\n' });
    const { code, out } = await runCommand(['quota', 'lint', rules]);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /^warning {2}.*quota\.yaml:9: everybody: .*\[EVALUATION_DIFFERS\]\n0 errors, 1 warnings\n$/,
      ),
    ]);
    expect((await runCommand(['quota', 'lint', rules, '--strict'])).code).toBe(1);
  });

  test('every mistake of every file is told at once, with its line and column', async () => {
    const bad = fileWith(
      'bad.yaml',
      RULES.replace('per: day', 'per: fortnight').replace('unpriced: block', 'unprized: block'),
    );
    const plans = fileWith('plans.yaml', 'format: costspan.plans/1\nplans: { pro: { limits: [] } }\n');
    const { code, out } = await runCommand(['quota', 'lint', bad, plans]);
    expect(code).toBe(1);
    expect(out).toMatch(/^error {2}.*bad\.yaml:6:\d+: /m);
    expect(out).toMatch(/^error {2}.*bad\.yaml:7:\d+: .*unpriced/m);
    expect(out).toMatch(/^error {2}.*plans\.yaml:\d+:\d+: /m);
    const json = JSON.parse((await runCommand(['quota', 'lint', bad, '--json'])).out) as { findings: unknown[] };
    expect(json.findings.length).toBeGreaterThanOrEqual(2);
    expect((await runCommand(['quota', 'lint', join(scratch, 'none.yaml')])).err).toContain('cannot be read');
    expect((await runCommand(['quota', 'lint'])).code).toBe(2);
  });
});

describe('explain', () => {
  const call = [
    '--provider',
    'openai',
    '--model',
    'gpt-4o',
    '--tag',
    'customer_id=acme',
    '--input-tokens',
    '1000',
    '--max-tokens',
    '500',
  ];

  test('by a file: which rules match, what the call would take, and both evaluations', async () => {
    const { code, out } = await runCommand(['quota', 'explain', '--rules', rules, ...call]);
    expect(code).toBe(0);
    // 1,000 × $2.50 and 500 × $10.00 per million.
    expect(out).toMatch(
      /customer-day \(line 4\) +acme +5 USD per day +0 +0 +0\.0075 +0\.0075 +2026-11-24T00:00:00\+01:00/,
    );
    expect(out).toMatch(/everybody \(line 9\) +everybody +60 requests per last minute/);
    expect(out).toMatch(/all {4}allowed {3}← the file’s evaluation\nfirst {2}allowed/);
  });

  test('a call that would be refused is a finding, and what did not match is said', async () => {
    const { code, out } = await runCommand([
      'quota',
      'explain',
      '--rules',
      rules,
      '--provider',
      'openai',
      '--model',
      'mystery',
    ]);
    expect(code).toBe(1);
    expect(out).toContain('refused by customer-day: unpriced');
    expect(out).toContain('everybody (line 9): model is one of gpt-*');
  });

  test('without a file the collector is asked', async () => {
    const limits: unknown[] = [];
    const decision = { id: 'a', decision: 'allow', exceeded: [], limits };
    const { url, asked } = await collector(() => ({
      evaluation: 'first',
      differs: true,
      decisions: { all: { ...decision, decision: 'deny', reason: 'limit', rule_id: 'r' }, first: decision },
      rules: [],
    }));
    const { code, out } = await runCommand(['quota', 'explain', '--url', url, ...call]);
    expect([code, asked]).toEqual([
      0,
      [
        {
          path: '/quota/explain',
          body: {
            provider: 'openai',
            model: 'gpt-4o',
            tags: { customer_id: 'acme' },
            size: { input_tokens: 1000, max_tokens: 500 },
          },
        },
      ],
    ]);
    expect(out).toContain('refused by r: limit');
    expect(out).toContain('The two evaluations decide differently.');
  });

  test('a tag that is none is a wrong command line', async () => {
    expect(
      (await runCommand(['quota', 'explain', '--rules', rules, '--provider', 'x', '--model', 'y', '--tag', 'acme']))
        .code,
    ).toBe(2);
    expect((await runCommand(['quota', 'explain', '--rules', rules, '--provider', 'x'])).code).toBe(2);
  });
});

describe('test', () => {
  const table = (rows: string) => fileWith('cases.yaml', `rules: quota.yaml\ncases:\n${rows}`);
  const call = 'provider: openai, model: gpt-4o, tags: { customer_id: acme }, cost: "0.10"';

  test('calls are counted in order: 50 of ten cents fit into five dollars, and the next day begins anew', async () => {
    const file = table(`
  - { name: fifty, at: 2026-11-24T08:00:00Z, ${call}, times: 50, expect: allow }
  - { name: one too many, ${call}, expect: deny, rules: [customer-day] }
  - { name: tomorrow, at: 2026-11-24T23:00:00Z, ${call}, expect: allow }
`);
    expect(await runCommand(['quota', 'test', file])).toMatchObject({
      code: 0,
      out: 'ok    fifty\nok    one too many\nok    tomorrow\n3 of 3 rows as expected, 52 calls\n',
    });
  });

  test('a difference names the call, the line and what was decided', async () => {
    const file = table(`
  - { name: sixty, at: 2026-11-24T08:00:00Z, ${call}, times: 60, expect: allow }
`);
    const { code, out } = await runCommand(['quota', 'test', file]);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(
        /^DIFF {2}sixty \(call 51 of 60\), .*cases\.yaml:4: expected allow, got deny by customer-day\n0 of 1/,
      ),
    ]);
    const json = JSON.parse((await runCommand(['quota', 'test', file, '--json'])).out) as object;
    expect(json).toEqual({
      name: 'sixty',
      line: 4,
      ok: false,
      expected: 'allow',
      got: 'deny',
      rules: ['customer-day'],
      differs_at: 51,
    });
  });

  test('every mistake of a table is told at once, with its line', async () => {
    const file = table(`
  - { provider: openai, model: gpt-4o, expect: maybe }
  - { provider: openai, cost: ten, expect: deny, tokens: -1, colour: red }
`);
    const { code, err } = await runCommand(['quota', 'test', file]);
    expect(code).toBe(1);
    for (const part of [
      'cases.yaml:4: cases.0.expect',
      'cases.yaml:5: cases.1.cost',
      'cases.1.model',
      'cases.1.tokens',
      'cases.1.colour',
    ]) {
      expect(err).toContain(part);
    }
    const nameless = fileWith('nameless.yaml', 'cases: [{ provider: a, model: b, expect: allow }]');
    expect((await runCommand(['quota', 'test', nameless])).code).toBe(2);
    expect((await runCommand(['quota', 'test', nameless, '--rules', rules])).code).toBe(1);
  });
});

describe('status', () => {
  const budget = (customer: string, used: string, over: object = {}) => ({
    rule_id: 'customer-day',
    limit_id: 'cost/day',
    unit: 'cost',
    per: 'day',
    mode: 'enforce',
    bucket: { customer_id: customer },
    window: {
      id: 'w',
      starts_at: '2026-11-23T00:00:00+01:00',
      resets_at: '2026-11-24T00:00:00+01:00',
      timezone: 'Europe/Berlin',
    },
    limit: '5',
    used,
    reserved: '0.5',
    remaining: '1',
    used_ratio: Number(used) / 5 + 0.1,
    pace_ratio: 0.54,
    state: 'ok',
    burn_rates: [
      { window: '5m', rate: 2.04 },
      { window: '1h', rate: null },
      { window: '6h', rate: 1.2 },
    ],
    projected: { mid: '6', low: '5.5', high: '6.5' },
    overrun_probability: 0.9,
    exhausts_at: '2026-11-23T20:15:00+01:00',
    alarms: [],
    ...over,
  });
  const answer = (budgets: object[], over: object = {}) => ({
    at: 'now',
    configured: true,
    burn_at: null,
    budgets,
    total: budgets.length,
    not_shown: 0,
    next_cursor: null,
    ...over,
  });

  test('each budget is a line: a bar, pace, burn, projection, and when it is used up', async () => {
    const { url, asked } = await collector(() =>
      answer([budget('acme', '2.5'), budget('evil\u001b[2J', '0')], { total: 7, next_cursor: '2', not_shown: 3 }),
    );
    const { code, out } = await runCommand([
      'quota',
      'status',
      '--url',
      url,
      '--for',
      'customer_id=acme',
      '--sort',
      'burn',
      '--limit',
      '2',
    ]);
    expect(code).toBe(0);
    expect(asked[0]?.path).toBe('/quota/status?sort=burn&limit=2&customer_id=acme');
    expect(out).toMatch(
      /acme +customer-day +USD\/day +█{10}▒{2}░{8} +60 % +54 % +2\.5 \/ 5 +5m 2\.0× 6h 1\.2× +120 % \(110 %–130 %\) +11-23 20:15\+01:00 +11-24 00:00\+01:00 +ok/,
    );
    expect(out).not.toContain('\u001b');
    expect(out).toContain('5 more budgets; go on with --cursor 2');
    expect(out).toContain('3 buckets that used least are not looked through');
    const ascii = (await runCommand(['quota', 'status', '--url', url, '--ascii'])).out;
    expect(ascii).toMatch(/#{10}\+{2}\.{8}/);
  });

  test('an exhausted budget is a finding; nothing in use is said', async () => {
    const full = await collector(() =>
      answer([budget('acme', '5', { state: 'exhausted', used_ratio: 1.1, projected: null, exhausts_at: null })]),
    );
    expect((await runCommand(['quota', 'status', '--url', full.url])).code).toBe(1);
    const none = await collector(() => answer([]));
    expect(await runCommand(['quota', 'status', '--url', none.url])).toMatchObject({
      code: 0,
      out: 'no budget is in use\n',
    });
    expect(JSON.parse((await runCommand(['quota', 'status', '--url', none.url, '--json'])).out)).toMatchObject({
      budgets: [],
    });
  });

  test('watching shows it again until it is interrupted', async () => {
    let stop: (signal: 'SIGINT') => void = () => undefined;
    const { url, asked } = await collector(() => {
      if (asked.length === 3) stop('SIGINT');
      return answer([budget('acme', '2.5')]);
    });
    const interrupted = () =>
      new Promise<'SIGINT'>((resolve) => {
        stop = resolve;
      });
    const { code, out } = await runCommand(['quota', 'status', '--url', url, '--watch', '--interval', '0.5'], {
      isInteractive: true,
      interrupted,
    });
    expect([code, asked.length, out.split('\u001b[H\u001b[2J').length]).toEqual([0, 3, 4]);
  });

  test.each([
    ['--limit', '0'],
    ['--for', 'acme'],
    ['--interval', '0'],
  ])('%s %s is a wrong command line', async (...wrong) => {
    expect((await runCommand(['quota', 'status', ...wrong])).code).toBe(2);
  });
});

describe('simulate', () => {
  /** 80 calls of ten cents, one each minute, half of them acme's. */
  const past = Array.from({ length: 80 }, (_, index) => ({
    id: `call-${index}`,
    started_at: new Date(Date.parse('2026-11-20T08:00:00Z') + index * 60_000).toISOString(),
    provider: 'openai',
    model: 'gpt-4o-2024-11-20',
    request_model: 'gpt-4o',
    tags: { customer_id: index < 60 ? 'acme' : 'globex' },
    usage: { input_tokens: 100, output_tokens: 10 },
    cost: '0.1',
    currency: 'USD',
  }));
  const pages = (path: string) => {
    const from = Number(new URLSearchParams(path.split('?')[1]).get('cursor') ?? 0);
    return { calls: past.slice(from, from + 30), next_cursor: from + 30 < past.length ? String(from + 30) : null };
  };

  test('says who would have been refused, in both evaluations, reading the ledger page by page', async () => {
    const { url, asked } = await collector(pages);
    const { code, out } = await runCommand([
      'quota',
      'simulate',
      rules,
      '--url',
      url,
      '--from',
      '2026-11-20',
      '--where',
      'team=growth',
    ]);
    expect(code).toBe(1);
    expect(asked.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('cursor'))).toEqual([null, '30', '60']);
    const first = new URLSearchParams(asked[0]?.path.split('?')[1]);
    expect(Object.fromEntries(first)).toMatchObject({
      orderBy: 'started_at',
      direction: 'asc',
      limit: '1000',
      from: '2026-11-20T00:00:00.000Z',
    });
    expect(JSON.parse(first.get('filters') ?? '')).toEqual([{ field: 'team', op: 'eq', value: 'growth' }]);
    expect(out).toMatch(/all \(the file’s\) +80 +10 +12\.50 % +1 USD/);
    expect(out).toMatch(/customer-day +acme +10/);
    expect(out).toContain('2026-11-20T08:50:00.000Z  customer-day  call-50');
  });

  test('as JSON, with exact money', async () => {
    const { url } = await collector(pages);
    const { out } = await runCommand(['quota', 'simulate', rules, '--url', url, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      calls: 80,
      evaluation: 'all',
      all: { blocked: 10, blocked_cost: '1', by_rule: { 'customer-day': 10 }, by_bucket: { 'customer-day|acme': 10 } },
      first: { blocked: 10 },
    });
  });

  test('a past that fits is no finding, and takes no time to say so', async () => {
    const { url } = await collector(() => ({ calls: [], next_cursor: null }));
    const { code, out } = await runCommand(['quota', 'simulate', rules, '--url', url]);
    expect([code, out]).toEqual([0, 'no calls in this time; nothing would have been refused\n']);
  });
});

describe('prometheus and schema', () => {
  const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

  test('alert rules come from the same file', async () => {
    const out = join(scratch, 'alerts.yaml');
    expect(await runCommand(['quota', 'prometheus', rules, '--out', out])).toMatchObject({ code: 0, out: '' });
    const text = readFileSync(out, 'utf8');
    expect(text).toContain('CostspanQuotaThreshold');
    expect((await runCommand(['quota', 'prometheus', rules])).out).toBe(text);
    expect((await runCommand(['quota', 'prometheus', rules, '--out', join(scratch, 'no', 'where')])).err).toContain(
      'cannot be written',
    );
  });

  test.skipIf(!hasPromtool && process.env['COSTSPAN_REQUIRE_ALL'] !== '1')(
    'promtool accepts them (apt-get install prometheus)',
    async () => {
      const out = join(scratch, 'checked.yaml');
      await runCommand(['quota', 'prometheus', rules, '--out', out]);
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', out], { encoding: 'utf8' });
      expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
    },
  );

  test('the schemas are those of the parsers', async () => {
    expect(JSON.parse((await runCommand(['quota', 'schema'])).out)).toMatchObject({ title: 'costspan.quota/1' });
    expect(JSON.parse((await runCommand(['quota', 'schema', '--plans'])).out)).toMatchObject({
      title: 'costspan.plans/1',
    });
  });
});

test.each(['lint', 'status', 'explain', 'test', 'simulate', 'prometheus', 'schema'])(
  'quota %s --help explains itself',
  async (name) => {
    const { code, out } = await runCommand(['quota', name, '--help']);
    expect([code, out]).toEqual([0, expect.stringContaining(`costspan quota ${name}`)]);
  },
);
