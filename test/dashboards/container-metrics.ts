import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ContainerMetrics {
  /** `127.0.0.1:4318` */
  readonly target: string;
  /** What a scrape was or will be answered at an instant. */
  told(atMs: number): string;
  stop(): Promise<void>;
}

/** What cAdvisor and the DCGM exporter of a small cluster tell, with the names and labels that they have there. */
export async function startContainerMetrics(): Promise<ContainerMetrics> {
  const startedMs = Date.now() - DAY_MS;
  const told = (atMs: number): string => text((atMs - startedMs) / 1000);
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(told(Date.now()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const DAY_MS = 86_400_000;
const PODS = ['chat-7d9f8b6c5d-x2k4q', 'chat-7d9f8b6c5d-p9w8z', 'search-5c4b7f9d8-m3n6v'];

function text(seconds: number): string {
  const lines = PODS.flatMap((pod, index) => {
    const container = `namespace="shop",pod="${pod}",container="app"`;
    const share = (index + 1) / 4;
    return [
      `container_cpu_usage_seconds_total{${container},cpu="total"} ${seconds * share}`,
      `container_memory_working_set_bytes{${container}} ${2 ** 28 * (index + 1)}`,
      `container_network_receive_bytes_total{namespace="shop",pod="${pod}",interface="eth0"} ${seconds * 40_000 * share}`,
      `container_network_transmit_bytes_total{namespace="shop",pod="${pod}",interface="eth0"} ${seconds * 90_000 * share}`,
      `DCGM_FI_DEV_GPU_UTIL{${container},gpu="${index}",modelName="NVIDIA L4"} ${20 + 10 * index}`,
      `DCGM_FI_DEV_FB_USED{${container},gpu="${index}",modelName="NVIDIA L4"} ${4000 + 100 * index}`,
    ];
  });
  return `${lines.join('\n')}\n`;
}
