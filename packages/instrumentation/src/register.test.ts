import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDecisionServer } from './testing/decision-server.ts';
import { eventually } from './testing/one-span.contract.ts';
import { type ProviderServer, startProviderServer } from './testing/provider-server.ts';

const APPS = fileURLToPath(new URL('./testing/apps/', import.meta.url));
/** An answer both SDKs can read. */
const BODY = JSON.stringify({
  id: 'answer',
  model: 'served',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  type: 'message',
  role: 'assistant',
  content: [],
  stop_reason: 'end_turn',
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, input_tokens: 5, output_tokens: 2 },
});

let provider: ProviderServer;
let collector: ProviderServer;

beforeAll(async () => {
  [provider, collector] = await Promise.all([startProviderServer(), startProviderServer()]);
});
afterAll(() => Promise.all([provider.close(), collector.close()]));
beforeEach(() => {
  provider.answerWith({ body: BODY });
  collector.answerWith({ body: '{}' });
});

/** Another Node than the one that runs the tests, which may be too old to read TypeScript unasked. */
const NODE = process.env['COSTSPAN_TEST_NODE'] ?? process.execPath;
const NODE_FLAGS =
  NODE === process.execPath ? [] : ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

/** How that Node sees ES module imports: `sync`, or `async` where it has no synchronous hooks that can be used. */
const ESM_HOOK = process.env['COSTSPAN_TEST_ESM_HOOK'] ?? 'sync';

interface Run {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function start(app: string, { flags = [], env = {} }: Run = {}): ChildProcess {
  return spawn(NODE, [...NODE_FLAGS, '--conditions=@costspan/source', ...flags, APPS + app], {
    cwd: APPS,
    env: {
      PATH: process.env['PATH'],
      PROVIDER_URL: provider.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      ...env,
    },
  });
}

async function run(app: string, options: Run = {}) {
  const child = start(app, options);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => {
    stdout += String(text);
  });
  child.stderr?.on('data', (text) => {
    stderr += String(text);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { stdout, stderr, code, signal };
}

const REGISTER = ['--import', '@costspan/instrumentation/register'];

/** Spans that arrived at the collector. */
function received(): { readonly name: string; readonly attributes: Record<string, unknown> }[] {
  return collector.requests.flatMap(({ path, text }) => {
    if (path !== '/v1/traces') throw new Error(`only traces are sent, not ${path}`);
    const { resourceSpans } = JSON.parse(text) as OtlpTraces;
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)).map(readable);
  });
}

interface OtlpTraces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}
interface OtlpSpan {
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

function readable({ name, attributes }: OtlpSpan) {
  return { name, attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])) };
}

describe('node --import @costspan/instrumentation/register', () => {
  const APPLICATIONS: (readonly [what: string, app: string, flags: readonly string[]])[] = [
    ['an ES module program', 'calls.mjs', []],
    ['a CommonJS program', 'calls.cjs', []],
  ];
  if (NODE === process.execPath) {
    // Another Node has synchronous hooks, or does not; one that has them warns of the older way.
    const withoutHooks = ['--require', `${APPS}without-sync-hooks.cjs`];
    APPLICATIONS.push(['an ES module program on a Node without synchronous hooks', 'calls.mjs', withoutHooks]);
  }
  test.each(APPLICATIONS)('gets spans out of %s that has no telemetry', async (_what, app, flags) => {
    const env = { COSTSPAN_TAGS: 'team=growth,environment=prod%2Ceu' };
    const { stdout, stderr, code } = await run(app, { flags: [...flags, ...REGISTER], env });
    expect({ stdout, stderr, code }).toEqual({ stdout: '["answer","answer"]\n', stderr: '', code: 0 });
    const spans = received();
    expect(spans.map((span) => span.name)).toEqual(['chat gpt-5', 'chat claude-opus-5']);
    for (const { attributes } of spans) {
      expect(attributes).toMatchObject({
        'costspan.billable': true,
        'costspan.tag.team': 'growth',
        'costspan.tag.environment': 'prod,eu',
        'costspan.usage.status': 'reported',
        'gen_ai.usage.input_tokens': 5,
      });
    }
  });

  test('leaves an application that has its own SDK with its own SDK', async () => {
    const { stdout, stderr, code } = await run('own-sdk.mjs', { flags: REGISTER });
    expect({ stdout, stderr, code }).toEqual({ stdout: '["chat gpt-5"]\n', stderr: '', code: 0 });
    expect(collector.requests).toEqual([]);
  });

  test('sends nothing when OTEL_SDK_DISABLED says so', async () => {
    const { stdout, stderr, code } = await run('calls.mjs', { flags: REGISTER, env: { OTEL_SDK_DISABLED: 'true' } });
    expect({ stdout, stderr, code }).toEqual({ stdout: '["answer","answer"]\n', stderr: '', code: 0 });
    expect(collector.requests).toEqual([]);
  });

  // Its preloaded file hides the SDK by a synchronous hook.
  test.skipIf(ESM_HOOK === 'async')(
    'says in one line what to install when there is no SDK, and stays out of the way',
    async () => {
      const flags = ['--require', `${APPS}without-sdk-node.cjs`, ...REGISTER];
      const { stdout, stderr, code } = await run('calls.mjs', { flags });
      expect({ stdout, code }).toEqual({ stdout: '["answer","answer"]\n', code: 0 });
      expect(stderr.match(/npm|install @opentelemetry\/sdk-node/g)).toHaveLength(1);
    },
  );

  test('a collector that is not there does not hold the application up or fail it', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const { stdout, code } = await run('calls.mjs', { flags: REGISTER, env });
    expect({ stdout, code }).toEqual({ stdout: '["answer","answer"]\n', code: 0 });
  });

  test('a rejected call is as handled, or as unhandled, as it is without us', async () => {
    provider.answerWith({ status: 400, body: '{"error":{"message":"no"}}' });
    const bare = await run('rejections.mjs');
    const observed = await run('rejections.mjs', { flags: REGISTER });
    const once = 'BadRequestError';
    expect(JSON.parse(bare.stdout)).toEqual([once, once, once, 'handled after all']);
    expect(observed).toEqual(bare);
  });
});

describe('quotas without code', () => {
  const home = mkdtempSync(join(tmpdir(), 'costspan-register-'));
  const rules = join(home, 'quota.yaml');
  writeFileSync(rules, 'format: costspan.quota/1\nrules: [{ id: one, limits: [{ requests: 1, per: day }] }]\n');
  const env = { COSTSPAN_QUOTA_RULES: rules, COSTSPAN_QUOTA_TIMEOUT_MS: '60000' };
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test('a rule file named by the environment refuses the call above its limit', async () => {
    const { stderr, code } = await run('calls.mjs', { flags: REGISTER, env });
    expect(code).toBe(1);
    expect(stderr).toContain('RateLimitError: 429');
    expect(stderr).toContain('The limit of 1 requests a day');
    expect(provider.requests).toHaveLength(1);
  });

  test('a decision API named by the environment is asked, and is given back what is held when the process ends', async () => {
    const decisions = await startDecisionServer(
      'format: costspan.quota/1\nrules: [{ id: ten, limits: [{ requests: 10, per: day }] }]',
    );
    try {
      const { code } = await run('calls.mjs', { flags: REGISTER, env: { ...env, COSTSPAN_QUOTA_URL: decisions.url } });
      expect(code).toBe(0);
      expect(await decisions.counters()).toEqual([{ unit: 'requests', used: 2n, reserved: 0n }]);
    } finally {
      await decisions.close();
    }
  });
});

describe('CostspanInstrumentation in an application’s own NodeSDK', () => {
  test.each([
    ['sees ES module imports without any loader flag', [], ESM_HOOK],
    [
      'works with the loader hook of OpenTelemetry',
      ['--no-warnings', '--experimental-loader=@opentelemetry/instrumentation/hook.mjs'],
      'foreign',
    ],
  ])('%s', async (_what, flags, esmHook) => {
    const { stdout, stderr, code } = await run('calls.mjs', { flags: [...flags, '--import', `${APPS}telemetry.mjs`] });
    expect({ stdout, code }).toEqual({ stdout: '["answer","answer"]\n', code: 0 });
    expect(JSON.parse(stderr)).toEqual({ esmHook, observed: [true, true] });
    expect(received().map(({ attributes }) => attributes['costspan.tag.team'])).toEqual(['growth', 'growth']);
  });
});

describe('a terminated process', () => {
  async function terminate(
    env: Readonly<Record<string, string>>,
    beforeItEnds?: (child: ChildProcess) => Promise<void>,
  ) {
    const child = start('waits.mjs', { flags: REGISTER, env });
    const closed = once(child, 'close') as Promise<[number | null, string | null]>;
    child.stdout?.resume();
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGTERM');
    await beforeItEnds?.(child);
    const [code, signal] = await closed;
    return { code, signal };
  }

  test('sends its last spans and ends by the signal', async () => {
    expect(await terminate({})).toEqual({ code: null, signal: 'SIGTERM' });
    expect(received()).toHaveLength(1);
  });

  test('ends as its own handler decides, and still sends its last spans', async () => {
    const ended = await terminate({ OWN_HANDLER: '1' }, async (child) => {
      await eventually(() => expect(received()).toHaveLength(1));
      child.stdin?.write('done');
    });
    expect(ended).toEqual({ code: 7, signal: null });
  });
});
