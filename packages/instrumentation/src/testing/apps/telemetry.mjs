// A user's telemetry file, for `node --import ./telemetry.mjs app.mjs`.
import { CostspanInstrumentation, doctor } from '@costspan/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({
  instrumentations: [new CostspanInstrumentation({ tags: { team: 'growth' } })],
  metricReaders: [],
  logRecordProcessors: [],
});
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
process.once('exit', () => {
  const { esmHook, libraries } = doctor();
  process.stderr.write(
    JSON.stringify({
      esmHook,
      observed: libraries.filter(({ copies }) => copies.length > 0).map(({ observed }) => observed),
    }),
  );
});
