import { channel } from 'node:diagnostics_channel';
import { type DdTracer, isDdSpan, SPAN_FINISH } from './dd-tracer.ts';
import type { Warn } from './warn-once.ts';

/** Beyond this many turns of the event loop a tracer that is set up at all has been set up. */
const WAIT_MS = 1_000;

/**
 * Checks once that the tracer tells of finished spans as we expect, with a span that is dropped. A tracer that is not set up
 * yet is asked a little later. Says what to do where it does not.
 */
export function probeTracer(tracer: DdTracer, warn: Warn): void {
  if (isToldOf(tracer) === true) return;
  setTimeout(() => {
    if (isToldOf(tracer) === false) {
      warn(
        'probe',
        'costspan: this dd-trace does not tell of finished spans the way 5.132 to 6.21 do; calls are not priced in this process. ' +
          'Send its traces to a Costspan collector instead (OTEL_TRACES_EXPORTER=otlp): see docs/datadog.md, "When the channel is missing"',
      );
    }
  }, WAIT_MS).unref();
}

/** `undefined` while the tracer makes no spans. */
function isToldOf(tracer: DdTracer): boolean | undefined {
  let told = false;
  const listen = (message: unknown): void => {
    told ||= isDdSpan(message) && message.context()._name === PROBE;
  };
  const finishes = channel(SPAN_FINISH);
  finishes.subscribe(listen);
  try {
    const span = tracer.startSpan(PROBE) as {
      finish(): void;
      setTag(name: string, value: unknown): void;
      context?(): unknown;
    };
    if (!isRecording(span)) return undefined;
    span.setTag('manual.drop', true);
    dropTrace(span);
    span.finish();
    return told;
  } catch {
    return false;
  } finally {
    finishes.unsubscribe(listen);
  }
}

const PROBE = 'costspan.probe';

/** Before `init()` the tracer hands out one span that does nothing: it has no id of its own. */
function isRecording(span: { context?(): unknown }): boolean {
  const context = span.context?.() as { toSpanId?(): string } | undefined;
  return context?.toSpanId !== undefined && context.toSpanId() !== '0';
}

/** A trace that is not recorded is not sent. */
function dropTrace(span: unknown): void {
  const trace = isDdSpan(span) ? span.context()._trace : undefined;
  if (trace !== undefined) trace.record = false;
}
