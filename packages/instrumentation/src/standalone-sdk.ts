import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import { onFirstUse } from './first-use.ts';
import { guarded } from './say-once.ts';

/** How long a terminating process waits for its last spans. */
const SHUTDOWN_TIMEOUT_MS = 3_000;

/**
 * Gets spans out of an application that has no OpenTelemetry SDK: traces over OTLP/HTTP, configured by the standard
 * `OTEL_*` variables. Loaded now and started with the first call or tag, so that an application which sets up its own
 * SDK while it starts keeps it. No propagator is set unless `OTEL_PROPAGATORS` asks for one: nothing is added to the
 * application's requests.
 * @param atExit what else a process that ends should wait for, within the same time limit.
 */
export async function prepareStandaloneSdk(atExit: () => Promise<void>): Promise<void> {
  if (process.env['OTEL_SDK_DISABLED'] === 'true' || hasTracerProvider()) return;
  let node: typeof import('@opentelemetry/sdk-node');
  try {
    node = await import('@opentelemetry/sdk-node');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    onFirstUse(() => {
      if (hasTracerProvider()) return;
      process.emitWarning(
        'no OpenTelemetry SDK is set up, so no spans are sent; install @opentelemetry/sdk-node, or set up your own SDK',
        { type: 'CostspanWarning', code: 'COSTSPAN_SDK_MISSING' },
      );
    });
    return;
  }
  onFirstUse(() => {
    if (hasTracerProvider()) return;
    guarded('starting the stand-alone SDK', () => {
      const sdk = new node.NodeSDK({
        metricReaders: [],
        logRecordProcessors: [],
        ...(process.env['OTEL_PROPAGATORS'] === undefined ? { textMapPropagator: null } : {}),
      });
      sdk.start();
      flushAtExit(async () => {
        await Promise.all([atExit(), sdk.shutdown()]);
      });
    });
  });
}

/** True when somebody has registered a global tracer provider. */
export function hasTracerProvider(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('probe') !== undefined;
}

/**
 * Sends what is left when the process ends by itself or by SIGTERM or SIGINT, within a time limit. Whoever else listens to
 * the signal decides what happens then; when nobody does, the signal is raised again and does what it always does.
 */
function flushAtExit(shutdown: () => Promise<void>): void {
  let flushed: Promise<'sent' | 'late'> | undefined;
  const flush = () => {
    flushed ??= Promise.race([
      shutdown().then(
        () => 'sent' as const,
        () => 'sent' as const,
      ),
      lateAfter(SHUTDOWN_TIMEOUT_MS),
    ]);
    return flushed;
  };
  process.once('beforeExit', () => {
    const isOnlyListener = process.listenerCount('beforeExit') === 0;
    void flush().then((result) => {
      // The program was over and only the exporter's retries keep the process alive: a collector that is away.
      if (result === 'late' && isOnlyListener) process.exit();
    });
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const onSignal = () => {
      const isOnlyListener = process.listenerCount(signal) === 1;
      void flush().then(() => {
        process.removeListener(signal, onSignal);
        if (isOnlyListener) process.kill(process.pid, signal);
      });
    };
    process.on(signal, onSignal);
  }
}

function lateAfter(durationMs: number): Promise<'late'> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs, 'late').unref();
  });
}
