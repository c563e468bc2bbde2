import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import type { Conventions } from './conventions.ts';
import { withTags } from './tags/context-tags.ts';
import { chatDialect } from './testing/dialects/stainless.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startStage } from './testing/stage.contract.ts';

const { telemetry, server } = startStage({}, new AlwaysOffSampler());
const chat = chatDialect('esm', loadCopies().esm.openai);

interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number | { readonly sum?: number | undefined; readonly count: number };
}

/** What `calls` leave on the instruments of one generation. */
async function measure(conventions: Conventions, metricTags: readonly string[], calls: () => Promise<void>) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  telemetry.instrumentation.setConfig({ conventions, metricTags });
  telemetry.instrumentation.setMeterProvider(provider);
  await calls();
  await provider.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  await provider.shutdown();
  return new Map(metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints as unknown as Point[]]));
}

async function make(customer: string, status = 200): Promise<void> {
  server.answerWith({ status, body: JSON.stringify(status === 200 ? chat.body : chat.errorBody) });
  await Promise.resolve(withTags({ customer_id: customer }, () => chat.open(server.url).whole())).catch(
    () => undefined,
  );
}

describe('metrics, with a trace sampler at 0 %', () => {
  test('count every call, failed ones included, in the latest names', async () => {
    const metrics = await measure('latest', [], async () => {
      await make('a');
      await make('b');
      await make('c', 404);
    });
    const [input] = metrics.get('gen_ai.client.inference.usage.input_tokens') ?? [];
    expect(input).toMatchObject({ value: 200, attributes: { 'gen_ai.provider.name': 'openai' } });
    expect(metrics.get('gen_ai.client.inference.usage.cache_read.input_tokens')?.[0]?.value).toBe(128);
    const durations = metrics.get('gen_ai.client.inference.duration') ?? [];
    expect(durations.map(({ attributes }) => attributes['costspan.outcome']).sort()).toEqual(['error', 'ok']);
    expect(
      [...metrics.keys()].filter((name) => name.startsWith('gen_ai.client.operation') || name.endsWith('token.usage')),
    ).toEqual([]);
    expect(JSON.stringify([...metrics])).not.toContain('customer_id');
  });

  test('are written in the older names, or in both', async () => {
    const older = await measure('v1_41', [], () => make('a'));
    expect([...older.keys()].sort()).toEqual(['gen_ai.client.operation.duration', 'gen_ai.client.token.usage']);
    const both = await measure('both', [], () => make('a'));
    expect([...both.keys()]).toEqual(
      expect.arrayContaining(['gen_ai.client.inference.duration', 'gen_ai.client.token.usage']),
    );
  });

  test('take the tags that were named, of which there are never too many, and keep the total', async () => {
    const metrics = await measure('latest', ['customer_id'], async () => {
      for (let customer = 0; customer < 120; customer += 1) await make(`c${customer}`);
    });
    const points = metrics.get('gen_ai.client.inference.usage.input_tokens') ?? [];
    expect(points).toHaveLength(101);
    expect(points.reduce((total, { value }) => total + (value as number), 0)).toBe(12_000);
    expect(points.find(({ attributes }) => attributes['costspan.tag.customer_id'] === '(other)')?.value).toBe(2_000);
  });
});
