import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CostspanError } from '@costspan/usage';
import type { CollectorConfig } from '../config/collector-config.ts';
import { type Collector, startCollector } from '../start-collector.ts';
import { encodeTraces } from './probe-traces.ts';

/** What was looked for and where it was found. */
export interface ResidencyProof {
  readonly checks: readonly ResidencyCheck[];
  /** Files that were read byte by byte, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  readonly isProven: boolean;
}

export interface ResidencyCheck {
  /** The conditions of the rule, as text. */
  readonly rule: string;
  readonly region: string;
  /** Places of its own region that hold the mark: without one nothing would be proven. */
  readonly ownPlaces: readonly string[];
  /** Places of other regions that hold it. */
  readonly leaks: readonly string[];
}

/** An address that nobody listens at: what is to be forwarded stays in the queue, where it can be looked for. */
const NOWHERE = 'http://127.0.0.1:9/v1/traces';

/**
 * Sends marked calls through collectors with the rules of the configuration, over HTTP as senders do, and looks for the marks in
 * every byte that they wrote, told and answered. Works in a directory of its own: neither ledgers nor backends of the configuration
 * are touched.
 * @throws CostspanError `RESIDENCY_NONE` where the configuration parts nothing
 */
export async function proveResidency(config: CollectorConfig): Promise<ResidencyProof> {
  const { residency } = config;
  if (residency === undefined) throw new CostspanError('RESIDENCY_NONE', 'the configuration has no residency.rules');
  const folder = await mkdtemp(join(tmpdir(), 'costspan-residency-'));
  const said: string[] = [];
  const here = scratchOf(config, join(folder, 'here'));
  const regions = new Map([...residency.regions].map(([name, own]) => [name, scratchOf(own, join(folder, name))]));
  const collector = await startCollector(
    { ...here, residency: { ...residency, regions } },
    { say: (message) => said.push(message) },
  );
  try {
    const probes = residency.rules.map(({ when, to }, index) => ({
      region: to,
      rule: [...when].map(([name, values]) => `${name}: ${values.join(' | ')}`).join(', '),
      when,
      mark: `probe-${index}-${randomBytes(12).toString('hex')}`,
    }));
    // In one request with a call that stays, so that it has to be parted; each encoding parts by itself.
    for (const encoding of ['application/json', 'application/x-protobuf'] as const) {
      const body = encodeTraces(
        [...probes, { when: new Map<string, readonly string[]>(), mark: `stays-${randomBytes(12).toString('hex')}` }],
        encoding,
      );
      const answer = await fetch(new URL('/v1/traces', collector.url), {
        method: 'POST',
        headers: { 'content-type': encoding },
        body: new Uint8Array(body),
      });
      if (!answer.ok)
        throw new CostspanError('RESIDENCY_PROBE', `a probe was answered ${answer.status}: ${await answer.text()}`);
    }
    const places = [...(await wordsOf('here', collector, said)), ...(await filesOf(folder))];
    const checks = probes.map(({ region, rule, mark }): ResidencyCheck => {
      const found = places.filter(({ bytes }) => bytes.includes(mark)).map(({ name }) => name);
      const isOwn = (name: string): boolean => name.split('/')[0] === region;
      return { rule, region, ownPlaces: found.filter(isOwn), leaks: found.filter((name) => !isOwn(name)) };
    });
    const files = places.filter(({ isFile }) => isFile);
    return {
      checks,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
      isProven: checks.every(({ ownPlaces, leaks }) => ownPlaces.length > 0 && leaks.length === 0),
    };
  } finally {
    await collector.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly name: string;
  readonly bytes: Buffer;
  readonly isFile: boolean;
}

/** The same collector elsewhere: open to this machine, with its queues beside its ledger, and with nobody to tell. */
function scratchOf(config: CollectorConfig, data: string): CollectorConfig {
  const { grpcListen: _, quota: __, exports: ___, privacy: ____, residency: _____, ...rest } = config;
  const queue = { path: join(data, 'queue', 'probe'), bytesMax: 64 * 1024 * 1024 };
  const [exporter] = config.exporters;
  const retry = { delayMs: 60_000, delayMsMax: 60_000, elapsedMsMax: 86_400_000 };
  const probe = {
    name: 'probe',
    attributes: [],
    headers: {},
    compression: 'none' as const,
    timeoutMs: 1000,
    queueBytesMax: 64 * 1024 * 1024,
    ...exporter,
    endpoint: NOWHERE,
    queue,
    retry,
  };
  const { otlp: ______, ...metrics } = config.metrics;
  return {
    ...rest,
    listen: { host: '127.0.0.1', port: 0 },
    data,
    store: 'duckdb',
    ingestKeys: [],
    access: { ...config.access, keys: join(data, 'access', 'keys.json') },
    exporters: [probe],
    metrics,
    closeTimeoutMs: 0,
  };
}

/** What each collector tells over HTTP, and what all of them said. */
async function wordsOf(name: string, collector: Collector, said: readonly string[]): Promise<Place[]> {
  // Metrics last: a question puts what was acknowledged into the ledger, and metrics follow the ledger.
  const paths = ['/api/v1/calls?limit=1000', '/api/v1/usage/values?field=customer_id', '/metrics'];
  const places: Place[] = [];
  for (const [region, { url }] of [[name, collector] as const, ...collector.regions]) {
    for (const path of paths) {
      const bytes = Buffer.from(await (await fetch(new URL(path, url))).arrayBuffer());
      places.push({ name: `${region}${path}`, bytes, isFile: false });
    }
  }
  for (const line of said) {
    const [, region = name] = /^\[([a-z0-9-]+)\]/.exec(line) ?? [];
    places.push({ name: `${region}/log`, bytes: Buffer.from(line), isFile: false });
  }
  return places;
}

async function filesOf(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => ({ name: path.slice(folder.length + 1), bytes: await readFile(path), isFile: true })),
  );
}
