import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { parseRules } from '@costspan/quota';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace';
import { CostspanInstrumentation, type QuotaConfig, withTags } from '../src/index.ts';
import { adoptModule } from '../src/patches.ts';
import { openai } from '../src/providers/openai.ts';
import { startDecisionServer } from '../src/testing/decision-server.ts';

/** One line of the table: what was measured, and the same without beside it. */
export interface Row {
  readonly name: string;
  readonly value: string;
  readonly compare?: string;
}

/** Calls per second of the load, and how long each round of it lasts. Rounds of all kinds take turns, so that all meet the same machine. */
const CALLS_PER_SECOND = Number(process.env['BENCH_CALLS_PER_SECOND'] ?? 1_000);
const ROUND_MS = 1_500;
/** Of each round, not measured: rules are loaded, and the first grants come. */
const WARM_MS = 700;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 4);
const CALLS_PER_BLOCK = 250;
const BLOCKS = 12;
const CUSTOMERS = 20;

const RULES = `format: costspan.quota/1
timezone: Europe/Berlin
rules:
  - { id: customer-month, applies_per: [customer_id], limits: [{ cost: "1000000", per: month }, { tokens: 1000000000000, per: day }] }
  - { id: customer-minute, applies_per: [customer_id], limits: [{ requests: 10000000, per: minute }] }
`;

type OpenAiModule = typeof import('openai');

/**
 * What the quota hook adds: to a call with nothing else in it, and to the time to the first token of streams at a thousand
 * calls a second, each with a decision of its own, beside the same calls without. Provider and decision API are processes of
 * their own on this machine.
 */
export async function rows(): Promise<Row[]> {
  const sdk = await import('openai');
  const children = [start('provider'), start('decisions')];
  try {
    const [provider, decisions] = await Promise.all(children.map(urlOf));
    if (provider === undefined || decisions === undefined) throw new Error('a server did not start');
    const kinds: Readonly<Record<string, QuotaConfig | undefined>> = {
      without: undefined,
      local: { rules: parseRules(RULES, 'bench') },
      'warm grant': { url: decisions },
      'asking for each': { url: decisions, grants: false },
    };
    const instrumentation = new CostspanInstrumentation({ esmHook: false, enabled: false });
    const telemetry = new NodeSDK({
      instrumentations: [instrumentation],
      spanProcessors: [new BatchSpanProcessor({ exporter: DROPPED })],
      metricReaders: [],
      logRecordProcessors: [],
      autoDetectResources: false,
    });
    telemetry.start();
    instrumentation.enable();
    adoptModule(openai, sdk, '7.57.0');
    const found = [
      ...(await perCall(sdk, instrumentation, kinds)),
      ...loadRows(await underLoad(sdk, provider, instrumentation, kinds)),
    ];
    await instrumentation.returnQuota();
    instrumentation.disable();
    await telemetry.shutdown();
    return found;
  } finally {
    for (const child of children) child.kill();
  }
}

const DROPPED: SpanExporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };

/** Calls one after another on a `fetch` in memory: blocks of each kind take turns. */
async function perCall(
  sdk: OpenAiModule,
  instrumentation: CostspanInstrumentation,
  kinds: Readonly<Record<string, QuotaConfig | undefined>>,
): Promise<Row[]> {
  const client = new sdk.OpenAI({
    apiKey: 'k',
    fetch: async () => new Response(ANSWER, { headers: { 'content-type': 'application/json' } }),
  });
  const measured = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
  for (let block = -4; block < BLOCKS; block += 1) {
    for (const [kind, quota] of Object.entries(kinds)) {
      if (kind === 'asking for each') continue;
      instrumentation.setConfig(quota === undefined ? {} : { quota });
      await warmUp(client);
      for (let made = 0; made < CALLS_PER_BLOCK; made += 1) {
        const before = performance.now();
        await ask(client, made);
        if (block >= 0) measured.get(kind)?.push(performance.now() - before);
      }
    }
  }
  const without = measured.get('without') ?? [];
  return ['local', 'warm grant'].map((kind) => {
    const times = measured.get(kind) ?? [];
    const added = (share: number) => (quantile(times, share) - quantile(without, share)) * 1_000;
    return {
      name: `added to a call, ${kind}: median, p99`,
      value: `${added(0.5).toFixed(1)} µs, ${added(0.99).toFixed(1)} µs`,
      compare: `call without ${micro(without, 0.5)}, ${micro(without, 0.99)}; × ${(quantile(times, 0.5) / quantile(without, 0.5)).toFixed(2)}`,
    };
  });
}

/** Lets rules load, and grants come. */
async function warmUp(client: InstanceType<OpenAiModule['OpenAI']>): Promise<void> {
  for (let made = 0; made < 3 * CUSTOMERS; made += 1) await ask(client, made);
  await new Promise((resolve) => setTimeout(resolve, 30));
  for (let made = 0; made < CUSTOMERS; made += 1) await ask(client, made);
}

function ask(client: InstanceType<OpenAiModule['OpenAI']>, serial: number): Promise<unknown> {
  return withTags({ customer_id: `customer-${serial % CUSTOMERS}` }, () => client.chat.completions.create(PARAMS));
}

/** One round of streams. */
interface Load {
  readonly firstTokenMs: readonly number[];
  readonly failed: number;
}

/** Rounds of one kind, in their order. */
type Loads = Readonly<Record<string, readonly Load[]>>;

/** Streams that begin at their time, whatever became of those before. */
async function underLoad(
  sdk: OpenAiModule,
  provider: string,
  instrumentation: CostspanInstrumentation,
  kinds: Readonly<Record<string, QuotaConfig | undefined>>,
): Promise<Loads> {
  const client = new sdk.OpenAI({ apiKey: 'k', baseURL: `${provider}/v1`, maxRetries: 0, fetch: lightFetch });
  const loads: Record<string, Load[]> = {};
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [kind, quota] of Object.entries(kinds)) {
      instrumentation.setConfig(quota === undefined ? {} : { quota });
      const load = await oneRound(client);
      if (round < 0) continue;
      loads[kind] ??= [];
      loads[kind].push(load);
    }
  }
  return loads;
}

async function oneRound(client: InstanceType<OpenAiModule['OpenAI']>): Promise<Load> {
  const firstTokenMs: number[] = [];
  const open: Promise<void>[] = [];
  let failed = 0;
  const begin = performance.now();
  for (let serial = 0; ; ) {
    const passed = performance.now() - begin;
    if (passed >= WARM_MS + ROUND_MS) break;
    for (const due = (passed * CALLS_PER_SECOND) / 1_000; serial < due; serial += 1) {
      const dueAt = begin + (serial * 1_000) / CALLS_PER_SECOND;
      open.push(
        stream(client, serial, dueAt).then(
          (ms) => {
            if (dueAt - begin >= WARM_MS) firstTokenMs.push(ms);
          },
          () => {
            failed += 1;
          },
        ),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(open);
  return { firstTokenMs, failed };
}

/** Time from when the call was due to the first chunk that has text. */
async function stream(client: InstanceType<OpenAiModule['OpenAI']>, serial: number, dueAt: number): Promise<number> {
  return withTags({ customer_id: `customer-${serial % CUSTOMERS}` }, async () => {
    let first: number | undefined;
    const answer = await client.chat.completions.create({
      ...PARAMS,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of answer) {
      if (chunk.choices[0]?.delta.content !== undefined) first ??= performance.now();
    }
    if (first === undefined) throw new Error('no token');
    return first - dueAt;
  });
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** A `fetch` over the plain HTTP client, which takes a third of the time of the built-in one: one core then bears a thousand streams a second. */
const lightFetch: typeof fetch = (input, init) =>
  new Promise((resolve, reject) => {
    const headers = Object.fromEntries(new Headers(init?.headers));
    const sent = httpRequest(String(input), { method: 'POST', agent, headers }, (answer) => {
      const type = { 'content-type': answer.headers['content-type'] ?? '' };
      const body = Readable.toWeb(answer) as unknown as ReadableStream;
      resolve(new Response(body, { status: answer.statusCode ?? 500, headers: type }));
    });
    sent.on('error', reject).end(init?.body);
  });

/**
 * Of each kind the round in the middle and the quietest one, so that a neighbour on the machine does not decide; the difference
 * is the middle one of the differences to the round without quota that stood beside it.
 */
function loadRows(loads: Loads): Row[] {
  const { without = [] } = loads;
  const p95 = ({ firstTokenMs }: Load) => quantile(firstTokenMs, 0.95);
  return Object.entries(loads).map(([kind, rounds]) => {
    const each = rounds.map(p95);
    const added = rounds.map((round, at) => p95(round) - p95(without[at] ?? round));
    const calls = rounds.reduce((sum, { firstTokenMs }) => sum + firstTokenMs.length, 0);
    const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
    const made = `${calls} calls${failed === 0 ? '' : `, ${failed} failed`}`;
    const itself = `p95 ${quantile(each, 0.5).toFixed(1)} ms, quietest round ${Math.min(...each).toFixed(1)} ms; ${made}`;
    if (kind === 'without')
      return { name: `time to the first token at ${CALLS_PER_SECOND}/s, no quota`, value: itself };
    return {
      name: `added to the first token at ${CALLS_PER_SECOND}/s (must: p95 < 10 ms), ${NAMES[kind] ?? kind}`,
      value: `p95 ${signed(quantile(added, 0.5))}`,
      compare: `quietest round ${signed(Math.min(...each) - Math.min(...without.map(p95)))}; ${itself}`,
    };
  });
}

function signed(ms: number): string {
  return `${ms >= 0 ? '+' : ''}${ms.toFixed(1)} ms`;
}

const NAMES: Readonly<Record<string, string>> = { local: 'decided locally' };

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;
}

function micro(values: readonly number[], share: number): string {
  return `${(quantile(values, share) * 1_000).toFixed(1)} µs`;
}

const PARAMS = { model: 'gpt-4o', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Name a colour.' }] };
const USAGE = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
const ANSWER = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-2024-11-20',
  choices: [{ index: 0, message: { role: 'assistant', content: 'blue' }, finish_reason: 'stop' }],
  usage: USAGE,
});

function start(role: 'provider' | 'decisions'): ChildProcess {
  return fork(import.meta.filename, [role], { execArgv: process.execArgv });
}

async function urlOf(child: ChildProcess): Promise<string> {
  const [url] = (await once(child, 'message')) as [string];
  return url;
}

/** A provider whose first token comes after 5 ms, and three more after that. */
async function serveProvider(): Promise<void> {
  const chunk = (rest: object) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-2024-11-20', ...rest })}\n\n`;
  const word = chunk({ choices: [{ index: 0, delta: { content: 'blue' }, finish_reason: null }] });
  const rest = `${word.repeat(3)}${chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${chunk({ choices: [], usage: USAGE })}data: [DONE]\n\n`;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      setTimeout(() => {
        response.write(word);
        response.end(rest);
      }, 5);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function serveDecisions(): Promise<void> {
  const { url } = await startDecisionServer(RULES);
  process.send?.(url);
}

if (process.argv[2] === 'provider') await serveProvider();
else if (process.argv[2] === 'decisions') await serveDecisions();
else if (import.meta.main)
  for (const row of await rows()) console.log(`${row.name}: ${row.value}${row.compare ? ` — ${row.compare}` : ''}`);
