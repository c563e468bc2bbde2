import { type Collector, parseConfig, startCollector } from '@costspan/collector';
import { startSimulator } from '@costspan/demo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AgentSpan, type FakeAgent, startFakeAgent } from '../testing/fake-agent.ts';
import { type AppReport, runApp } from '../testing/run-app.ts';

// Real dd-trace, real SDKs, real wire: an application in its own process, an Agent and a provider simulator on loopback. A
// process takes seconds, so that tests look at the same one wherever it has all that they need.

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

let collector: Collector;
let collected: ReadonlyMap<string, CollectedCall>;
beforeAll(async () => {
  collector = await startCollector(parseConfig("listen: 127.0.0.1:0\ngrpcListen: none\ndata: ':memory:'", 'test', {}));
  const simulator = await startSimulator({ latencyScale: 0 });
  await runApp('with-collector.mjs', { COLLECTOR: collector.url, SIMULATOR: simulator.url });
  await simulator.close();
  collected = new Map((await collectedCalls()).map((call) => [call.tags['feature_name'] ?? '', call]));
});
afterAll(() => collector.close());

interface Run extends AppReport {
  readonly agent: FakeAgent;
}

/**
 * What an application with dd-trace reported and sent to an Agent of its own. The simulator is its own too, since it
 * remembers which prompts it has in its cache.
 */
async function run(
  major: string,
  env: Readonly<Record<string, string>>,
  until: (agent: FakeAgent) => boolean | Promise<boolean>,
  app = 'with-dd-trace.mjs',
): Promise<Run> {
  const agent = await startFakeAgent();
  const simulator = await startSimulator({ latencyScale: 0 });
  try {
    const own = {
      DD_MAJOR: major,
      AGENT: agent.url,
      SIMULATOR: simulator.url,
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${agent.url}/v1/metrics`,
    };
    return { ...(await runApp(app, { ...own, ...env }, () => until(agent))), agent };
  } finally {
    await agent.close();
    await simulator.close();
  }
}

/** The spans that carry a cost status, by the feature that made the call. */
function pricedSpans(agent: FakeAgent): Map<string, AgentSpan> {
  return new Map(
    agent.spans
      .filter(({ meta }) => meta['costspan.cost.status'] !== undefined)
      .map((span) => [span.meta['costspan.tag.feature_name'] ?? '', span]),
  );
}

function exactCosts(agent: FakeAgent): readonly (string | undefined)[] {
  return [...pricedSpans(agent).values()].map(({ meta }) => meta['costspan.cost.total_exact']);
}

describe.each(MAJORS)('dd-trace %s', (major) => {
  describe('attached', () => {
    let spans: ReadonlyMap<string, AgentSpan>;
    beforeAll(async () => {
      const { agent } = await run(major, {}, (own) => pricedSpans(own).size >= EVERY_CALL.length);
      spans = pricedSpans(agent);
    });

    test('every call has the tags and, to the last digit, the cost that it has at the collector', () => {
      expect([...spans.keys()].sort()).toEqual([...EVERY_CALL].sort());
      for (const name of SEEN_BY_BOTH) {
        const there = collected.get(name);
        const here = spans.get(name)?.meta ?? {};
        expect({ name, cost: here['costspan.cost.total_exact'] ?? null, status: here['costspan.cost.status'] }).toEqual(
          { name, cost: there?.cost ?? null, status: there?.cost_status },
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
    });

    test('the export as OTLP costs the same at the collector, the Vercel AI SDK too', async () => {
      const names = ['chat', 'stream', 'vercel'];
      const before = new Set((await collectedCalls()).map(({ id }) => id));
      let there: CollectedCall[] = [];
      const env = {
        CALLS: names.join(','),
        ATTACH: 'never',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
      };
      await run(major, env, async () => {
        there = (await collectedCalls()).filter(({ id }) => !before.has(id));
        return there.length >= names.length;
      });
      expect(there.map(({ cost }) => cost).sort()).toEqual(
        names.map((name) => spans.get(name)?.meta['costspan.cost.total_exact']).sort(),
      );
    });

    test('canonical names and every meter are on the span, no list, and no name that Datadog drops', () => {
      const span = spans.get('cacheWrite') as AgentSpan;
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
      for (const { meta, metrics } of spans.values()) {
        const ours = [...Object.keys(meta), ...Object.keys(metrics)].filter((name) => /costspan|llmobs_en/.test(name));
        expect(ours.length).toBeGreaterThan(0);
        expect(ours.filter((name) => /^(llm\.|_dd\.)|\.\d+$/.test(name))).toEqual([]);
      }
    });
  });

  test('attached before the tracer is set up, with no trace kept, every call is priced and counted all the same', async () => {
    const { agent, calls, figures } = await run(
      major,
      { ATTACH: 'before', SAMPLE_RATE: '0', CALLS: 'chat,vercel' },
      (own) => statsd(own, 'costspan_calls_total').length >= 2 && statsd(own, 'costspan_cost_usd_total').length >= 2,
    );
    expect(figures).toMatchObject({ calls: 2, unpriced: 0, failed: 0 });
    expect(calls.map(({ tags }) => tags['feature_name'])).toEqual(['chat', 'vercel']);
    expect(statsd(agent, 'costspan_cost_usd_total').join()).toContain('customer_id:acme');
  });

  describe('with LLM Observability, and metrics through the OpenTelemetry API', () => {
    let agent: FakeAgent;
    beforeAll(async () => {
      ({ agent } = await run(
        major,
        {
          LLMOBS: '1',
          CALLS: 'chat,cacheWrite',
          DD_METRICS_OTEL_ENABLED: 'true',
          OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
          OTEL_METRIC_EXPORT_INTERVAL: '100',
        },
        (own) =>
          events(own).length >= 2 &&
          pricedSpans(own).size >= 2 &&
          JSON.stringify(own.otlpMetrics).includes('costspan_calls_total'),
      ));
    });

    test('the numbers leave as OTLP with delta temporality, and not twice', () => {
      const text = JSON.stringify(agent.otlpMetrics);
      expect(text).toMatch(/"name":"costspan_cost_usd_total"/);
      expect(text).toMatch(/"aggregationTemporality":("AGGREGATION_TEMPORALITY_DELTA"|1)/);
      expect(text).toContain('acme');
      expect(statsd(agent, 'costspan_')).toEqual([]);
    });

    test('LLM Observability is told all six costs, and bounded tags to break them down by', () => {
      const spans = pricedSpans(agent);
      for (const name of ['chat', 'cacheWrite']) {
        const event = events(agent).find(({ tags }) => tags.includes(`feature_name:${name}`));
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
  });

  describe('with our instrumentation beside its plugins', () => {
    const TWICE = { CALLS: 'chat,stream' };
    /** What the two calls cost at the collector: each once. */
    const once = () => TWICE.CALLS.split(',').map((name) => collected.get(name)?.cost);

    test('and one API for both, the tracer as its provider: of the two spans of a call ours is counted', async () => {
      const env = { ...TWICE, OTEL_INSTRUMENTATION: 'dd', OTEL_API: 'one' };
      const { agent, figures } = await run(major, env, (own) => pricedSpans(own).size >= 2);
      expect(figures).toMatchObject({ calls: 2, covered: 2, failed: 0 });
      expect(exactCosts(agent)).toEqual(once());
      expect([...pricedSpans(agent).values()].map(({ metrics }) => metrics['costspan.billable'])).toEqual([1, 1]);
    });

    test('and each its own API, as npm installs them: our spans reach nobody, and those of the plugins are counted', async () => {
      const env = { ...TWICE, OTEL_INSTRUMENTATION: 'dd' };
      const { agent, figures } = await run(major, env, (own) => pricedSpans(own).size >= 2);
      expect(figures).toMatchObject({ calls: 2, covered: 0, failed: 0 });
      expect(exactCosts(agent)).toEqual(once());
    });

    test('and an SDK of its own: a call is left to them', async () => {
      const { agent, figures } = await run(
        major,
        { ...TWICE, OTEL_INSTRUMENTATION: 'own', OTEL_API: 'one' },
        (own) => own.spans.length >= 2,
      );
      expect(figures).toMatchObject({ calls: 0, failed: 0 });
      expect(pricedSpans(agent).size).toBe(0);
    });
  });

  test('tags of an incoming request reach the model call of the next service, and no others leave', async () => {
    const priced = (agent: FakeAgent) => agent.spans.filter(({ meta }) => meta['costspan.cost.status'] !== undefined);
    const report = (await run(
      major,
      { OPTIONS: '{"baggage":["customer_id"]}' },
      (own) => priced(own).length >= 2,
      'two-services.mjs',
    )) as unknown as Run & { readonly baggage: readonly [string, string] };
    const [tagged, untagged] = priced(report.agent);
    expect(tagged?.meta).toMatchObject({ 'costspan.tag.customer_id': 'acme' });
    expect(tagged?.meta).not.toHaveProperty('costspan.tag.team');
    expect(untagged?.meta).not.toHaveProperty('costspan.tag.customer_id');
    expect(report.baggage[0]).toContain('acme');
    expect(report.baggage.join()).not.toMatch(/growth|alice/);
    expect(report.baggage[1]).not.toContain('acme');
  });
});

function statsd(agent: FakeAgent, name: string): string[] {
  return agent.statsd.filter((line) => line.startsWith(name));
}

interface LlmObsEvent {
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: readonly string[];
}

function events(agent: FakeAgent): LlmObsEvent[] {
  return agent.llmobs.flat().flatMap((payload) => (payload as { readonly spans: LlmObsEvent[] }).spans);
}

async function collectedCalls(): Promise<CollectedCall[]> {
  const answer = await fetch(
    `${collector.url}/api/v1/calls?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=500`,
  );
  return ((await answer.json()) as { readonly calls: CollectedCall[] }).calls;
}
