// An application that runs dd-trace and attaches, in the order and with the options that the environment says.
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { makeCalls } from './make-calls.mjs';

const { DD_MAJOR, AGENT, ATTACH = 'after', LLMOBS, OPTIONS = '{}', OTEL_API, OTEL_INSTRUMENTATION } = process.env;
const require = createRequire(import.meta.url);
if (OTEL_API === 'one') useOneApi();
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

if (OTEL_INSTRUMENTATION === 'dd') {
  new tracer.TracerProvider().register();
  await instrument();
}
if (OTEL_INSTRUMENTATION === 'own') {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  new NodeSDK({
    autoDetectResources: false,
    traceExporter: { export: (_, done) => done({ code: 0 }), shutdown: async () => {} },
  }).start();
  await instrument();
}

await makeCalls(withTags);
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

/** What `overrides` in an application's package.json do: everybody, the tracer too, gets the API that our instrumentation needs. */
function useOneApi() {
  const ours = createRequire(import.meta.resolve('@costspan/instrumentation')).resolve('@opentelemetry/api');
  const { href: url } = pathToFileURL(ours);
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@opentelemetry/api' ? { url, shortCircuit: true } : next(specifier, context),
  });
}
