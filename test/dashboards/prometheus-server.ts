import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export const PROMETHEUS_HINT = 'needs prometheus: apt-get install prometheus';

/** True when there is none and none is asked for. */
export const isPrometheusMissing =
  spawnSync('prometheus', ['--version']).error !== undefined && process.env['COSTSPAN_REQUIRE_ALL'] !== '1';

export interface Scraped {
  readonly job: string;
  /** `127.0.0.1:4318`. Itself when absent. */
  readonly target?: string;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970 UTC, beside their values. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export interface PrometheusServer {
  readonly url: string;
  /** As of now, or of `atMs`. @throws Error with what Prometheus says of a query that it cannot answer. */
  instant(query: string, atMs?: number): Promise<readonly Sample[]>;
  /** The series of a graph of the last `rangeS` seconds that have a number. */
  series(query: string, rangeS: number, stepS: number): Promise<readonly Series[]>;
  /** Asks until it holds. */
  until(query: string, isSo: (samples: readonly Sample[]) => boolean, withinMs?: number): Promise<readonly Sample[]>;
  stop(): Promise<void>;
}

/**
 * Starts a real Prometheus on a free port that scrapes what is named. `past` is what it is to have seen before: samples with
 * their times, as lines of OpenMetrics.
 */
export async function startPrometheus(
  scraped: readonly Scraped[],
  { intervalMs = 1000, past }: { readonly intervalMs?: number; readonly past?: readonly string[] } = {},
): Promise<PrometheusServer> {
  const directory = await mkdtemp(join(tmpdir(), 'costspan-prometheus-'));
  if (past !== undefined) await writePast(directory, past);
  const address = `127.0.0.1:${await freePort()}`;
  const config = {
    global: { scrape_interval: `${intervalMs}ms`, scrape_timeout: `${intervalMs}ms`, evaluation_interval: '1s' },
    scrape_configs: scraped.map(({ job, target = address }) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  };
  const file = join(directory, 'prometheus.yml');
  // YAML takes JSON.
  await writeFile(file, JSON.stringify(config));
  const flags = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${address}`,
    '--storage.tsdb.retention.time=100y',
  ];
  const child = spawn('prometheus', [...flags, '--log.level=warn'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const url = `http://${address}`;
  const server = serverAt(url, child, directory);
  for (const deadline = Date.now() + 60_000; ; await wait(100)) {
    if ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true) return server;
    if (child.exitCode !== null || Date.now() > deadline) {
      await server.stop();
      throw new Error(`prometheus did not start:\n${said}`);
    }
  }
}

async function writePast(directory: string, past: readonly string[]): Promise<void> {
  const file = join(directory, 'past.txt');
  await writeFile(file, `${past.join('\n')}\n# EOF\n`);
  const made = spawnSync(
    'promtool',
    ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, join(directory, 'data')],
    { encoding: 'utf8' },
  );
  if (made.status === 0) return;
  await rm(directory, { recursive: true, force: true });
  throw new Error(`promtool did not take the past: ${made.error ?? made.stderr}`);
}

function serverAt(url: string, child: ChildProcess, directory: string): PrometheusServer {
  const ask = async (path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> => {
    const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
    const { status, data, error } = (await response.json()) as { status: string; data?: unknown; error?: string };
    if (status !== 'success') throw new Error(`${error}: ${parameters['query']}`);
    return data;
  };
  const instant = async (query: string, atMs = Date.now()): Promise<readonly Sample[]> => {
    const { result } = (await ask('query', { query, time: String(atMs / 1000) })) as {
      result: readonly { metric: Record<string, string>; value: [number, string] }[];
    };
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  };
  return {
    url,
    instant,
    async series(query, rangeS, stepS) {
      const now = Date.now() / 1000;
      const times = { start: String(now - rangeS), end: String(now), step: String(stepS) };
      const { result } = (await ask('query_range', { query, ...times })) as {
        result: readonly { metric: Record<string, string>; values: readonly (readonly [number, string])[] }[];
      };
      return result
        .map(({ metric, values }) => ({
          labels: metric,
          points: values.map(([at, value]) => [at, Number(value)] as const),
        }))
        .map(({ labels, points }) => ({ labels, points: points.filter(([, value]) => Number.isFinite(value)) }))
        .filter(({ points }) => points.length > 0)
        .map(({ labels, points }) => ({
          labels,
          times: points.map(([at]) => at * 1000),
          values: points.map(([, value]) => value),
        }));
    },
    async until(query, isSo, withinMs = 90_000) {
      for (const deadline = Date.now() + withinMs; ; await wait(200)) {
        const samples = await instant(query);
        if (isSo(samples)) return samples;
        if (Date.now() > deadline) throw new Error(`${query} is still ${JSON.stringify(samples).slice(0, 500)}`);
      }
    },
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
