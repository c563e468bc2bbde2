import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, parseConfig, startCollector } from '@costspan/collector';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LABELS } from './call-labels.ts';
import { type CatalogueMetric, METRICS } from './metric-catalogue.ts';

// From the collector to Datadog, by the configuration of docs/datadog.md: spans with their costs, metrics as deltas.

const METRICS_REQUEST = protobuf
  .parse(`
syntax = "proto3";
message Request { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { repeated ScopeMetrics scope_metrics = 2; }
message ScopeMetrics { repeated Metric metrics = 2; }
message Metric { string name = 1; Numbers gauge = 5; Numbers sum = 7; Histograms histogram = 9; }
message Numbers { repeated Number data_points = 1; int32 aggregation_temporality = 2; }
message Number { repeated KeyValue attributes = 7; }
message Histograms { repeated Histogram data_points = 1; int32 aggregation_temporality = 2; }
message Histogram { repeated KeyValue attributes = 9; }
message KeyValue { string key = 1; }
`)
  .root.lookupType('Request');

interface SentMetric {
  readonly name: string;
  readonly temporality: number;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly keys: readonly string[];
}

const scratch = mkdtempSync(join(tmpdir(), 'costspan-datadog-'));
const traces: { readonly headers: IncomingHttpHeaders; readonly text: string }[] = [];
const sent = new Map<string, SentMetric>();
const metricHeaders: IncomingHttpHeaders[] = [];
let intake: Server;
let collector: Collector;

beforeAll(async () => {
  intake = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.url?.endsWith('/v1/traces')) traces.push({ headers: request.headers, text: body.toString() });
    else {
      metricHeaders.push(request.headers);
      keep(body);
    }
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => intake.listen(0, '127.0.0.1', resolve));
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/datadog.md'), 'utf8');
  const [, yaml = ''] = /```yaml\n# costspan\.yaml: to the OTLP endpoint\n([\s\S]*?)```/.exec(page) ?? [];
  const rules = join(scratch, 'quota.yaml');
  writeFileSync(
    rules,
    'format: costspan.quota/1\nrules:\n  - id: customer-month\n    applies_per: [customer_id]\n    limits: [{ cost: "5.00", per: month }]\n',
  );
  const local = yaml
    .replaceAll(/https:\/\/[\w.]+datadoghq\.com/g, `http://127.0.0.1:${(intake.address() as AddressInfo).port}`)
    .replace(/intervalMs: \d+/, 'intervalMs: 1000');
  expect(local).toContain('127.0.0.1');
  collector = await startCollector(
    parseConfig(
      `listen: 127.0.0.1:0\ngrpcListen: none\ndata: ':memory:'\nquota: { rules: ${rules} }\n${local}`,
      'docs/datadog.md',
      {
        DD_API_KEY: 'api-secret-1',
      },
    ),
  );
});
afterAll(async () => {
  await collector.close();
  intake.close().closeAllConnections();
  rmSync(scratch, { recursive: true, force: true });
});

function keep(body: Buffer): void {
  const request = METRICS_REQUEST.toObject(METRICS_REQUEST.decode(body)) as {
    readonly resourceMetrics?: readonly {
      readonly scopeMetrics: readonly { readonly metrics: readonly Record<string, unknown>[] }[];
    }[];
  };
  for (const metric of (request.resourceMetrics ?? [])
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)) {
    const kind = (['gauge', 'sum', 'histogram'] as const).find((one) => metric[one] !== undefined) ?? 'gauge';
    const points = metric[kind] as {
      readonly aggregationTemporality?: number;
      readonly dataPoints?: readonly { readonly attributes?: readonly { readonly key: string }[] }[];
    };
    const keys = (points.dataPoints ?? []).flatMap(({ attributes = [] }) => attributes.map(({ key }) => key));
    const name = String(metric['name']);
    sent.set(name, {
      name,
      kind,
      temporality: points.aggregationTemporality ?? 0,
      keys: [...new Set([...(sent.get(name)?.keys ?? []), ...keys])].sort(),
    });
  }
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const number = (key: string, doubleValue: number) => ({ key, value: { doubleValue } });

async function send(): Promise<void> {
  const now = Date.now();
  const span = (id: number, ...attributes: object[]) => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: `b7ad6b716920333${id}`,
    kind: 3,
    startTimeUnixNano: String(BigInt(now - 2000) * 1_000_000n),
    endTimeUnixNano: String(BigInt(now - 1000) * 1_000_000n),
    attributes: [
      text('gen_ai.operation.name', 'chat'),
      text('gen_ai.provider.name', 'openai'),
      number('gen_ai.usage.input_tokens', 1000),
      number('gen_ai.usage.output_tokens', 100),
      text('costspan.tag.customer_id', 'acme'),
      ...attributes,
    ],
  });
  const spans = [
    span(
      1,
      text('gen_ai.request.model', 'gpt-4o'),
      number('gen_ai.response.time_to_first_chunk', 0.5),
      number('gen_ai.usage.cache_read.input_tokens', 400),
    ),
    span(2, text('gen_ai.request.model', 'no-such-model')),
    span(3, text('gen_ai.request.model', 'gpt-4o'), number('gen_ai.usage.cost', 0.5)),
  ];
  const response = await fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans }] }],
    }),
  });
  expect(response.status).toBe(200);
}

test('spans leave with their costs and the key, and say that no Agent Observability span is to be made of them', async () => {
  await send();
  await until(() => traces.length > 0);
  const [first] = traces;
  expect(first?.headers['dd-api-key']).toBe('api-secret-1');
  expect(first?.text).toMatch(/costspan\.cost\.total_exact/);
  expect(first?.text).toMatch(/dd_llmobs_enabled/);
});

test('metrics leave as deltas, and the catalogue is what is sent: each name, each tag', async () => {
  const expected = Object.entries<CatalogueMetric>(METRICS).filter(([, { from }]) => from.includes('collector'));
  await until(() => expected.every(([name]) => sent.has(name)));
  expect(metricHeaders[0]?.['dd-api-key']).toBe('api-secret-1');
  for (const [name, { kind, ofCall, tags = [] }] of expected) {
    const metric = sent.get(name) as SentMetric;
    expect({ name, kind: metric.kind }).toEqual({
      name,
      kind: { count: 'sum', gauge: 'gauge', distribution: 'histogram' }[kind],
    });
    // 1 is delta. A gauge has none.
    if (kind !== 'gauge') expect(metric.temporality).toBe(1);
    const all = [...(ofCall === true ? Object.keys(DEFAULT_LABELS) : []), ...tags].sort();
    expect({ name, keys: metric.keys }).toEqual({ name, keys: all });
  }
});

test('the configuration for an Agent is one that the collector takes, with deltas too', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/datadog.md'), 'utf8');
  const [, yaml = ''] = /```yaml\n# costspan\.yaml: to an Agent[^\n]*\n([\s\S]*?)```/.exec(page) ?? [];
  const { exporters, metrics } = parseConfig(yaml, 'docs/datadog.md', {});
  expect(exporters.map(({ endpoint }) => endpoint)).toEqual(['http://127.0.0.1:4328/v1/traces']);
  expect(metrics.otlp).toMatchObject({ endpoint: 'http://127.0.0.1:4328/v1/metrics', temporality: 'delta' });
});

async function until(fact: () => boolean): Promise<void> {
  for (let waited = 0; !fact(); waited += 50) {
    if (waited > 60_000) throw new Error(`what was waited for did not come; there are ${[...sent.keys()].join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
