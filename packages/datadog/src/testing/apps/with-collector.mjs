// The same application without dd-trace: our instrumentation, an OpenTelemetry SDK and a collector.
import { CostspanInstrumentation, withTags } from '@costspan/instrumentation';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { makeCalls } from './make-calls.mjs';

const sdk = new NodeSDK({
  serviceName: 'shop',
  traceExporter: new OTLPTraceExporter({ url: `${process.env.COLLECTOR}/v1/traces` }),
  instrumentations: [new CostspanInstrumentation()],
});
sdk.start();
await makeCalls(withTags);
await sdk.shutdown();
process.send({});
process.on('message', () => process.exit(0));
