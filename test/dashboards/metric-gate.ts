import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricGate {
  /** `127.0.0.1:4318`: what Prometheus scrapes, whichever collector stands behind. */
  readonly target: string;
  /** Base URL of the collector; `undefined` answers 503, as a scrape that fails. */
  collector: string | undefined;
  stop(): Promise<void>;
}

/** Stands between Prometheus and a collector that restarts on another port, and can be shut. */
export async function startMetricGate(): Promise<MetricGate> {
  const server = createServer(async (request, response) => {
    try {
      if (gate.collector === undefined) throw new Error('shut');
      const answer = await fetch(new URL(request.url ?? '/', gate.collector));
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    } catch {
      response.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const gate: MetricGate = {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    collector: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return gate;
}
