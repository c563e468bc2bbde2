// Everything the browser tests look at: collectors with and without calls, and hosts that show them. Ends with its parent.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, parseConfig, startCollector } from '@costspan/collector';
import { sendHistory } from '@costspan/demo';
import { type HostOptions, startHost } from '../host/start-host.ts';
import { hostileCall, manyCustomers } from './many-customers.ts';
import type { Places } from './places.ts';

const home = join(import.meta.dirname, '..');
const hostDist = process.env['HOST_DIST'] ?? join(home, 'host/dist');
const pluginDist = join(home, 'dist');
const token = 'test-key-0123456789';

const pages = mkdtempSync(join(tmpdir(), 'costspan-pages-'));
spawnSync(process.execPath, [join(home, 'build/assemble-pages.ts'), pages], { stdio: ['ignore', 'ignore', 'inherit'] });
const quota = { rules: join(import.meta.dirname, 'quotas.yaml') };
const [demo, empty, many] = await Promise.all([collector({ quota }), collector(), collector({ quota })]);
const { sentCalls } = await sendHistory({ endpoint: demo.url, key: token, days: 62, callsPerDay: 200 });
await post(demo, hostileCall(Date.now()));
for (const body of manyCustomers(10_000, Date.now())) await post(many, body);
await Promise.all([hasCalls(demo, sentCalls + 1), hasCalls(many, 10_000)]);

const places: Places = {
  demo: await place(demo, {}),
  extended: await place(demo, { hasExtensions: true }),
  empty: await place(empty, {}),
  many: await place(many, {}),
  viewer: await place(demo, { role: 'Viewer' }),
  editor: await place(demo, { role: 'Editor' }),
  wrongToken: await place(demo, { apiToken: 'another-key' }),
  german: await place(demo, { language: 'de-DE' }),
  arabic: await place(demo, { language: 'ar-SA' }),
  unset: await place(undefined, {}),
  unsetViewer: await place(undefined, { role: 'Viewer' }),
  down: await place(undefined, { jsonData: { apiUrl: 'http://127.0.0.1:1' } }),
  embedded: demo.url,
  api: demo.url,
  manyApi: many.url,
  key: token,
};
process.stdout.write(`costspan places ${Buffer.from(JSON.stringify(places)).toString('base64url')}\n`);
process.on('exit', () => rmSync(pages, { recursive: true, force: true }));
process.stdin.on('end', () => process.exit(0)).resume();
process.on('SIGTERM', () => process.exit(0));

function collector(more: object = {}): Promise<Collector> {
  const config = parseConfig(
    { listen: '127.0.0.1:0', data: ':memory:', ingestKeys: [token], ...more },
    'browser tests',
  );
  return startCollector(config, { say: () => {}, pages });
}

async function place(of: Collector | undefined, options: Partial<HostOptions>): Promise<string> {
  const jsonData: Record<string, string> = of === undefined ? {} : { apiUrl: of.url };
  const secret = of === undefined ? {} : { apiToken: token };
  const { url } = await startHost({
    hostDist,
    pluginDist,
    jsonData,
    ...secret,
    timezone: 'Europe/Berlin',
    language: 'en-US',
    ...options,
  });
  return url;
}

async function post(to: Collector, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${to.url}/v1/traces`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`seeding failed: ${response.status} ${await response.text()}`);
}

/** What was acknowledged is soon seen, too. */
async function hasCalls(of: Collector, calls: number): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', metrics: ['calls'] });
  for (;;) {
    const response = await fetch(`${of.url}/api/v1/usage/query`, { method: 'POST', headers, body });
    const { total } = (await response.json()) as { total: { calls: number } };
    if (total.calls >= calls) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
