import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';
import { afterEach, expect, test } from 'vitest';
import { madeCall } from '../ledger/made-call.contract.ts';
import { Notices } from '../notices.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { openMetricsPush } from './open-metrics-push.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const type = protobuf
  .parse(`
syntax = "proto3";
message Request { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeMetrics { repeated Metric metrics = 2; }
message Metric { string name = 1; string description = 2; string unit = 3; Sum sum = 7; Histogram histogram = 9; }
message Sum { repeated Number data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message Number { fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; double as_double = 4; sfixed64 as_int = 6; repeated KeyValue attributes = 7; }
message Histogram { repeated HistogramPoint data_points = 1; int32 aggregation_temporality = 2; }
message HistogramPoint { fixed64 count = 4; double sum = 5; repeated fixed64 bucket_counts = 6 [packed = true]; repeated double explicit_bounds = 7 [packed = true]; repeated KeyValue attributes = 9; }
message KeyValue { string key = 1; Value value = 2; }
message Value { string string_value = 1; }
`)
  .root.lookupType('Request');

interface Point {
  readonly asDouble?: number;
  readonly asInt?: string;
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano?: string;
  readonly sum?: number;
  readonly count?: string;
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
}

interface Metric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: {
    readonly dataPoints: Point[];
    readonly aggregationTemporality: number;
    readonly isMonotonic: boolean;
  };
  readonly histogram?: { readonly dataPoints: Point[]; readonly aggregationTemporality: number };
}

/** A backend that answers with each of `statuses`, then 200, and keeps what it took. */
async function backend(...statuses: number[]) {
  const taken: { readonly metrics: Metric[]; readonly key: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const status = statuses.shift() ?? 200;
    if (status === 200) {
      const read = type.toObject(type.decode(Buffer.concat(chunks)), { longs: String }) as {
        resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[];
      };
      const metrics = read.resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap((scope) => scope.metrics),
      );
      taken.push({ metrics, key: request.headers['dd-api-key'] as string | undefined });
    }
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`, taken };
}

function find(metrics: readonly Metric[] | undefined, name: string): Metric | undefined {
  return metrics?.find((metric) => metric.name === name);
}

test.each([
  ['cumulative', 2],
  ['delta', 1],
] as const)('the figures of /metrics arrive as %s OTLP', async (temporality, number) => {
  const { endpoint, taken } = await backend();
  const metrics = new SelfMetrics();
  metrics.calls.add(madeCall({ n: 1, cost: '0.25' }));
  metrics.calls.add(madeCall({ n: 2, cost: '0.5' }));
  const config = { endpoint, headers: { 'dd-api-key': 'k' }, temporality, intervalMs: 3_600_000, timeoutMs: 2000 };
  const push = await openMetricsPush(config, metrics, new Notices(() => {}));
  await push.close();
  expect(taken).toHaveLength(1);
  expect(taken[0]?.key).toBe('k');
  const cost = find(taken[0]?.metrics, 'costspan_cost_usd_total');
  expect(cost?.sum).toMatchObject({
    aggregationTemporality: number,
    isMonotonic: true,
    dataPoints: [{ asDouble: 0.75 }],
  });
  expect(cost?.unit ?? '').toBe('');
  const attributes = cost?.sum?.dataPoints[0]?.attributes?.map(({ key, value }) => [key, value.stringValue]) ?? [];
  expect(Object.fromEntries(attributes)).toMatchObject({
    provider: 'openai',
    model: 'gpt-4o-mini',
    customer_id: 'acme',
  });
  expect(find(taken[0]?.metrics, 'costspan_calls_total')?.sum?.dataPoints).toMatchObject([{ asInt: '2' }]);
  expect(find(taken[0]?.metrics, 'costspan_call_duration_seconds')?.histogram).toMatchObject({
    aggregationTemporality: number,
    dataPoints: [{ count: '2', sum: 0.002003 }],
  });
});

test('an endpoint that refuses is said once and counted, and the next push tells all of it', async () => {
  const { endpoint, taken } = await backend(400);
  const metrics = new SelfMetrics();
  const said: string[] = [];
  const config = { endpoint, headers: {}, temporality: 'delta', intervalMs: 100, timeoutMs: 1000 } as const;
  metrics.calls.add(madeCall({ n: 1, cost: '1' }));
  const push = await openMetricsPush(config, metrics, new Notices((message) => said.push(message)));
  while (taken.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  metrics.calls.add(madeCall({ n: 2, cost: '2' }));
  await push.close();
  expect(metrics.get('metricPushFailures')).toBe(1);
  expect(said[0]).toMatch(/could not be pushed.*\(said once\)/);
  const points = taken.flatMap(({ metrics: told }) => find(told, 'costspan_cost_usd_total')?.sum?.dataPoints ?? []);
  expect(points.map(({ asDouble }) => asDouble)).toEqual([1, 2]);
  expect(points[1]?.startTimeUnixNano).not.toBe(points[0]?.startTimeUnixNano);
});

test('closing does not fail when nobody takes the last push', async () => {
  const said: string[] = [];
  const metrics = new SelfMetrics();
  const config = { headers: {}, temporality: 'cumulative', intervalMs: 3_600_000, timeoutMs: 300 } as const;
  const push = await openMetricsPush(
    { ...config, endpoint: 'http://127.0.0.1:1/v1/metrics' },
    metrics,
    new Notices((m) => said.push(m)),
  );
  await push.close();
  expect(said).toHaveLength(1);
});
