import { DiagLogLevel, diag } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, type ReadableSpan, type Sampler, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import type { CostspanInstrumentationConfig } from '../call-settings.ts';
import { CostspanInstrumentation } from '../costspan-instrumentation.ts';

/** An application's telemetry: an SDK with W3C propagation, spans kept in memory, and our instrumentation. */
export interface Telemetry {
  readonly instrumentation: CostspanInstrumentation;
  /** Ended spans since the last `clear`, oldest first. */
  spans(): ReadableSpan[];
  /** Warnings of the diagnostics logger. */
  readonly warnings: string[];
  clear(): void;
  stop(): Promise<void>;
}

export function startTelemetry(config: CostspanInstrumentationConfig = {}, sampler?: Sampler): Telemetry {
  const exporter = new InMemorySpanExporter();
  const warnings: string[] = [];
  const note = (...said: unknown[]) => {
    warnings.push(said.map(String).join(' '));
  };
  const ignore = () => {};
  diag.setLogger(
    { error: note, warn: note, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const instrumentation = new CostspanInstrumentation({
    includeUsageHosts: ['127.0.0.1'],
    esmHook: false,
    ...config,
  });
  const sdk = new NodeSDK({
    instrumentations: [instrumentation],
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
    ...(sampler === undefined ? {} : { sampler }),
  });
  sdk.start();
  return {
    instrumentation,
    spans: () => exporter.getFinishedSpans(),
    warnings,
    clear: () => {
      exporter.reset();
      warnings.length = 0;
    },
    stop: async () => {
      instrumentation.disable();
      await sdk.shutdown();
    },
  };
}
