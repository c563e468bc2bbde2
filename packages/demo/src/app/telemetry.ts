// What an app adds: load this file before the app, `node --import ./telemetry.js app.js`.
import { CostspanInstrumentation } from '@costspan/instrumentation';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

/** Sends to OTEL_EXPORTER_OTLP_ENDPOINT, by default http://localhost:4318, where Costspan listens. */
export const telemetry = new NodeSDK({
  serviceName: 'lumen',
  traceExporter: new OTLPTraceExporter(),
  // The collector counts the calls itself and takes no metrics.
  metricReaders: [],
  instrumentations: [new CostspanInstrumentation()],
});
telemetry.start();
