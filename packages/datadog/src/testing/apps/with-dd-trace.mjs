// An application that runs dd-trace and attaches, in the order and with the options that the environment says.
import { createRequire } from 'node:module';
import { makeCalls } from './make-calls.mjs';

const { DD_MAJOR, AGENT, ATTACH = 'after', LLMOBS, OPTIONS = '{}', OTEL_INSTRUMENTATION } = process.env;
const require = createRequire(import.meta.url);
const tracer = require(`dd-trace-${DD_MAJOR}`);
const { attach, withTags } = await import('../../index.ts');

const calls = [];
const warnings = [];
const options = {
  ...JSON.parse(OPTIONS),
  onCall: (call) => calls.push(call),
  onWarning: (message) => warnings.push(message),
};
let attachment;
if (ATTACH === 'before') attachment = attach(tracer, options);
tracer.init({
  url: AGENT,
  flushInterval: 50,
  startupLogs: false,
  service: 'shop',
  env: 'prod',
  ...(process.env.SAMPLE_RATE === undefined ? {} : { sampleRate: Number(process.env.SAMPLE_RATE) }),
  ...(LLMOBS === undefined ? {} : { llmobs: { mlApp: 'shop' } }),
});
if (ATTACH === 'after') attachment = attach(tracer, options);

let run = withTags;
if (OTEL_INSTRUMENTATION === 'dd') run = await asOurInstrumentation();
if (OTEL_INSTRUMENTATION === 'own') {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  new NodeSDK({
    autoDetectResources: false,
    traceExporter: { export: (_, done) => done({ code: 0 }), shutdown: async () => {} },
  }).start();
  await instrument();
}

await makeCalls(run);
tracer.dogstatsd.flush();
// The tracer sends every 50 ms; the process says when it has nothing more to say.
await new Promise((resolve) => tracer._tracer?._exporter?.flush?.(resolve) ?? resolve());
process.send({ calls, warnings, figures: attachment?.figures });
process.on('message', () => process.exit(0));

async function instrument() {
  const { registerInstrumentations } = await import('@opentelemetry/instrumentation');
  const { CostspanInstrumentation } = await import('@costspan/instrumentation');
  registerInstrumentations({ instrumentations: [new CostspanInstrumentation()] });
}

/**
 * Spans as our instrumentation makes them, through the tracer's own provider. Not by the instrumentation itself: it needs a
 * newer OpenTelemetry API than the one that dd-trace brings, which then stays invisible to it.
 */
async function asOurInstrumentation() {
  new tracer.TracerProvider().register();
  const { context, SpanKind, trace } = await import('@opentelemetry/api');
  return (tags, fn) =>
    withTags(tags, async () => {
      const attributes = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'costspan.billable': true,
        'costspan.usage.status': 'reported',
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 100,
      };
      const span = trace
        .getTracer('@costspan/instrumentation')
        .startSpan('chat', { kind: SpanKind.CLIENT, attributes });
      const inside = trace.setSpan(context.active(), span).setValue(Symbol.for('costspan.call'), {});
      await context.with(inside, fn);
      span.end();
    });
}
