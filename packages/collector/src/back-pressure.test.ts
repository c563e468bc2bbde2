import { SpanKind } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { parseConfig } from './config/parse-config.ts';
import { FakeLedger } from './fake-ledger.contract.ts';
import type { AppendResult } from './ledger/ledger.ts';
import { startCollector } from './start-collector.ts';

const MEBIBYTE = 1024 * 1024;
/** Half a minute where everything is asked for; as long as two retries of the SDK elsewhere. */
const STALL_MS = process.env['COSTSPAN_REQUIRE_ALL'] === '1' ? 30_000 : 3_000;
const SENDERS = 6;
const SPANS_PER_BATCH = 200;

test.each([
  ['HTTP', (url: string) => new HttpExporter({ url: `${url}/v1/traces`, timeoutMillis: 60_000 })],
  ['gRPC', (_: string, port: number) => new GrpcExporter({ url: `http://127.0.0.1:${port}`, timeoutMillis: 60_000 })],
] as const)(
  'a ledger that stalls makes senders over %s come again: memory is bounded, nothing is lost or doubled',
  async (_, exporterTo) => {
    const ledger = new FakeLedger();
    const settings = { listen: '127.0.0.1:0', grpcListen: '127.0.0.1:0', data: ':memory:', inflightCallsMax: 500 };
    const collector = await startCollector(parseConfig(settings, 'test', {}), {
      ledger: ledger.asLedger(),
      say: () => {},
    });
    const { promise: stalled, resolve: recover } = Promise.withResolvers<void>();
    let waiting = 0;
    let waitingMax = 0;
    ledger.write = async (batch): Promise<AppendResult> => {
      waiting += batch.length;
      waitingMax = Math.max(waitingMax, waiting);
      await stalled;
      waiting -= batch.length;
      return ledger.keep(batch);
    };
    const before = process.memoryUsage().rss;
    const providers = Array.from({ length: SENDERS }, () =>
      provider(exporterTo(collector.url, collector.grpcPort ?? 0)),
    );
    let made = 0;
    const deadline = performance.now() + STALL_MS;
    while (performance.now() < deadline) {
      for (const { tracer } of providers) {
        for (let index = 0; index < SPANS_PER_BATCH && made < 20_000; index += 1, made += 1) callSpan(tracer, made);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(collector.metrics.get('requestsBusy')).toBeGreaterThan(0);
    expect(waitingMax).toBeLessThanOrEqual(500);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * MEBIBYTE);
    recover();
    await Promise.all(providers.map(({ flush }) => flush()));
    while (ledger.kept.size < made) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ledger.kept.size).toBe(made);
    const responseIds = new Set([...ledger.kept.values()].map(({ call }) => call.responseId));
    expect(responseIds.size).toBe(made);
    expect(collector.metrics.get('callsRecorded')).toBe(made);
    await Promise.all(providers.map(({ close }) => close()));
    await collector.close();
  },
  180_000,
);

/**
 * Sends again what an exporter gave up, as the sending queue of a stock collector does: by itself the JavaScript SDK tries
 * five times over HTTP and once over gRPC.
 */
function persistent(inner: SpanExporter): SpanExporter {
  const send: SpanExporter['export'] = (spans, done) =>
    inner.export(spans, (result) => {
      if (result.code === 0) done(result);
      else setTimeout(() => send(spans, done), 200);
    });
  return { ...inner, export: send, shutdown: () => inner.shutdown() };
}

function provider(exporter: SpanExporter) {
  const processor = new BatchSpanProcessor({
    exporter: persistent(exporter),
    maxQueueSize: 100_000,
    maxExportBatchSize: SPANS_PER_BATCH,
    scheduledDelayMillis: 100,
    exportTimeoutMillis: 120_000,
  });
  const tracerProvider = new TracerProvider({ spanProcessors: [processor] });
  return {
    tracer: tracerProvider.getTracer('test'),
    flush: () => tracerProvider.forceFlush(),
    close: () => tracerProvider.shutdown(),
  };
}

function callSpan(tracer: ReturnType<TracerProvider['getTracer']>, n: number): void {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.id': `chatcmpl-${n}`,
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 1,
  };
  tracer.startSpan('chat gpt-4o', { kind: SpanKind.CLIENT, attributes }).end();
}
