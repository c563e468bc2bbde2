import { type Collector, parseConfig, startCollector } from '@costspan/collector';
import { type Simulator, startSimulator } from '@costspan/demo';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AgentSpan, type FakeAgent, startFakeAgent } from '../testing/fake-agent.ts';
import { runApp } from '../testing/run-app.ts';

// Real dd-trace, real SDKs, real wire: an application in its own process, an Agent and a provider simulator on loopback.

const MAJORS = ['5', '6'] as const;
const EVERY_CALL = [
  'chat',
  'stream',
  'responses',
  'embeddings',
  'cacheWrite',
  'cacheRead',
  'anthropicStream',
  'streamWithoutUsage',
  'error',
  'vercel',
];

/**
 * Our instrumentation does not know the Vercel AI SDK, which the collector reads from the tracer's own export below. And it
 * asks for the usage of a stream where the application did not: the tracer does not, so nobody knows that cost.
 */
const SEEN_BY_BOTH = EVERY_CALL.filter((call) => call !== 'vercel' && call !== 'streamWithoutUsage');

/** A call as the collector tells it. */
interface CollectedCall {
  readonly id: string;
  readonly cost: string | null;
  readonly cost_status: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

let agent: FakeAgent;
let simulator: Simulator;
beforeEach(async () => {
  agent = await startFakeAgent();
  simulator = await startSimulator({ latencyScale: 0 });
});
afterEach(async () => {
  await agent.close();
  await simulator.close();
});

/** The spans that carry a cost status, by the feature that made the call. */
function pricedSpans(): Map<string, AgentSpan> {
  return new Map(
    agent.spans
      .filter(({ meta }) => meta['costspan.cost.status'] !== undefined)
      .map((span) => [span.meta['costspan.tag.feature_name'] ?? '', span]),
  );
}

function run(major: string, env: Readonly<Record<string, string>> = {}, priced = EVERY_CALL.length) {
  return runApp(
    'with-dd-trace.mjs',
    { DD_MAJOR: major, AGENT: agent.url, SIMULATOR: simulator.url, ...env },
    () => pricedSpans().size >= priced,
  );
}

describe('beside the collector', () => {
  let collector: Collector;
  let collected: ReadonlyMap<string, CollectedCall>;
  beforeAll(async () => {
    collector = await startCollector(
      parseConfig("listen: 127.0.0.1:0\ngrpcListen: none\ndata: ':memory:'", 'test', {}),
    );
    const own = await startSimulator({ latencyScale: 0 });
    await runApp('with-collector.mjs', { COLLECTOR: collector.url, SIMULATOR: own.url });
    await own.close();
    collected = new Map((await collectedCalls(collector)).map((call) => [call.tags['feature_name'] ?? '', call]));
  });
  afterAll(() => collector.close());

  test.each(MAJORS)(
    'with dd-trace %s every call has the tags and, to the last digit, the cost that it has there',
    async (major) => {
      await run(major);
      const spans = pricedSpans();
      expect([...spans.keys()].sort()).toEqual([...EVERY_CALL].sort());
      for (const name of SEEN_BY_BOTH) {
        const there = collected.get(name);
        const here = spans.get(name)?.meta ?? {};
        expect({ name, cost: here['costspan.cost.total_exact'] ?? null, status: here['costspan.cost.status'] }).toEqual(
          {
            name,
            cost: there?.cost ?? null,
            status: there?.cost_status,
          },
        );
        expect(here).toMatchObject({
          'costspan.tag.customer_id': 'acme',
          'costspan.tag.team': 'growth',
          'costspan.tag.environment': 'prod',
          dd_llmobs_enabled: 'false',
        });
      }
      const unknown = spans.get('streamWithoutUsage')?.meta ?? {};
      expect(unknown['costspan.cost.status']).toBe('usage_missing');
      expect(unknown).not.toHaveProperty('costspan.cost.total_exact');
      expect(spans.get('error')?.meta['costspan.outcome']).toBe('error');
    },
  );

  test.each(MAJORS)(
    'of dd-trace %s the export as OTLP costs the same at the collector, the Vercel AI SDK too',
    async (major) => {
      const env = { CALLS: 'chat,stream,vercel' };
      const { calls } = await run(major, env, 3);
      const here = pricedSpans();
      const before = new Set((await collectedCalls(collector)).map(({ id }) => id));
      let there: CollectedCall[] = [];
      const own = await startSimulator({ latencyScale: 0 });
      await runApp(
        'with-dd-trace.mjs',
        {
          ...env,
          DD_MAJOR: major,
          AGENT: agent.url,
          SIMULATOR: own.url,
          ATTACH: 'never',
          OTEL_TRACES_EXPORTER: 'otlp',
          OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
        },
        async () => {
          there = (await collectedCalls(collector)).filter(({ id }) => !before.has(id));
          return there.length >= 3;
        },
      );
      await own.close();
      expect(calls).toHaveLength(3);
      const costs = (of: Iterable<string | null | undefined>) => [...of].sort();
      expect(costs([...here.values()].map(({ meta }) => meta['costspan.cost.total_exact']))).toEqual(
        costs(there.map(({ cost }) => cost)),
      );
    },
  );
});

describe.each(MAJORS)('dd-trace %s', (major) => {
  test('attached before the tracer is set up, it reads what the tracer writes later', async () => {
    await run(major, { ATTACH: 'before', CALLS: 'chat,vercel' }, 2);
    expect([...pricedSpans().values()].map(({ meta }) => meta['costspan.cost.status'])).toEqual(['priced', 'priced']);
  });

  test('canonical names and every meter are on the span, no list, and no name that Datadog drops', async () => {
    await run(major, { CALLS: 'cacheWrite' }, 1);
    const span = pricedSpans().get('cacheWrite') as AgentSpan;
    expect(span.meta).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-6',
      'gen_ai.response.model': 'claude-sonnet-4-6',
    });
    expect(span.metrics['costspan.meter.cache_write_1h_tokens']).toBeGreaterThan(0);
    expect(span.metrics['gen_ai.usage.cache_write.input_tokens']).toBe(
      span.metrics['costspan.meter.cache_write_1h_tokens'],
    );
    const ours = [...Object.keys(span.meta), ...Object.keys(span.metrics)].filter((name) =>
      /costspan|llmobs_en/.test(name),
    );
    expect(ours.filter((name) => /^(llm\.|_dd\.)/.test(name))).toEqual([]);
  });

  test('with no trace kept, every call is counted all the same', async () => {
    const { figures } = await runApp(
      'with-dd-trace.mjs',
      { DD_MAJOR: major, AGENT: agent.url, SIMULATOR: simulator.url, SAMPLE_RATE: '0', CALLS: 'chat,embeddings' },
      () => statsd('costspan_calls_total').length >= 2 && statsd('costspan_cost_usd_total').length >= 2,
    );
    expect(figures).toMatchObject({ calls: 2, unpriced: 0, failed: 0 });
    expect(statsd('costspan_cost_usd_total').join()).toContain('customer_id:acme');
  });

  test('through the OpenTelemetry API the same numbers leave as OTLP with delta temporality', async () => {
    const { calls } = await runApp(
      'with-dd-trace.mjs',
      {
        DD_MAJOR: major,
        AGENT: agent.url,
        SIMULATOR: simulator.url,
        CALLS: 'chat,chat',
        DD_METRICS_OTEL_ENABLED: 'true',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${agent.url}/v1/metrics`,
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
        OTEL_METRIC_EXPORT_INTERVAL: '100',
      },
      () => JSON.stringify(agent.otlpMetrics).includes('costspan_calls_total'),
    );
    expect(calls).toHaveLength(2);
    const text = JSON.stringify(agent.otlpMetrics);
    expect(text).toMatch(/"name":"costspan_cost_usd_total"/);
    expect(text).toMatch(/"aggregationTemporality":("AGGREGATION_TEMPORALITY_DELTA"|1)/);
    expect(text).toContain('acme');
    expect(statsd('costspan_')).toEqual([]);
  });

  test('LLM Observability is told all six costs, and bounded tags to break them down by', async () => {
    await runApp(
      'with-dd-trace.mjs',
      { DD_MAJOR: major, AGENT: agent.url, SIMULATOR: simulator.url, LLMOBS: '1', CALLS: 'chat,cacheWrite' },
      () => events().length >= 2 && pricedSpans().size >= 2,
    );
    const spans = pricedSpans();
    for (const name of ['chat', 'cacheWrite']) {
      const event = events().find(({ tags }) => tags.includes(`feature_name:${name}`));
      const total = spans.get(name)?.metrics['costspan.cost.total'] as number;
      expect(event?.metrics).toMatchObject({
        total_cost: total,
        input_cost: expect.any(Number),
        output_cost: expect.any(Number),
        non_cached_input_cost: expect.any(Number),
        cache_read_input_cost: expect.any(Number),
        cache_write_input_cost: expect.any(Number),
      });
      expect(JSON.stringify(event)).toMatch(/"cost_tags":\["team","feature_name"\]/);
      expect(spans.get(name)?.meta['dd_llmobs_enabled']).toBe('true');
    }
  });

  test('of a span of our instrumentation, with the tracer as its provider, and that of its plugin, one is counted', async () => {
    const { figures } = await run(major, { OTEL_INSTRUMENTATION: 'dd', CALLS: 'chat,stream' }, 2);
    expect(figures).toMatchObject({ calls: 2, covered: 2, failed: 0 });
    expect([...pricedSpans().values()].map(({ meta }) => meta['costspan.cost.total_exact'])).toEqual([
      '0.00021',
      '0.00021',
    ]);
  });

  test('with our instrumentation and an SDK of its own, a call is left to them', async () => {
    const { figures } = await run(major, { OTEL_INSTRUMENTATION: 'own', CALLS: 'chat,stream' }, 0);
    expect(figures).toMatchObject({ calls: 0, failed: 0 });
  });

  test('tags of an incoming request reach the model call of the next service, and no others leave', async () => {
    const report = (await runApp(
      'two-services.mjs',
      { DD_MAJOR: major, AGENT: agent.url, SIMULATOR: simulator.url, OPTIONS: '{"baggage":["customer_id"]}' },
      () => agent.spans.filter(({ meta }) => meta['costspan.cost.status'] !== undefined).length >= 2,
    )) as unknown as { readonly baggage: readonly [string, string] };
    const [tagged, untagged] = agent.spans.filter(({ meta }) => meta['costspan.cost.status'] !== undefined);
    expect(tagged?.meta).toMatchObject({ 'costspan.tag.customer_id': 'acme' });
    expect(tagged?.meta).not.toHaveProperty('costspan.tag.team');
    expect(untagged?.meta).not.toHaveProperty('costspan.tag.customer_id');
    expect(report.baggage[0]).toContain('acme');
    expect(report.baggage.join()).not.toMatch(/growth|alice/);
    expect(report.baggage[1]).not.toContain('acme');
  });
});

function statsd(name: string): string[] {
  return agent.statsd.filter((line) => line.startsWith(name));
}

interface LlmObsEvent {
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: readonly string[];
}

function events(): LlmObsEvent[] {
  return agent.llmobs.flat().flatMap((payload) => (payload as { readonly spans: LlmObsEvent[] }).spans);
}

async function collectedCalls({ url }: Collector): Promise<CollectedCall[]> {
  const answer = await fetch(`${url}/api/v1/calls?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=500`);
  return ((await answer.json()) as { readonly calls: CollectedCall[] }).calls;
}
