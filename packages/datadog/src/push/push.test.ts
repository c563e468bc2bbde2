import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JsonObject } from '../lint/finding.ts';
import { type ShippedFile, shippedFiles } from '../provision/shipped-files.ts';
import { DEFAULT_VARIABLES } from '../provision/variables.ts';
import { type LoopbackDatadog, startLoopbackDatadog } from '../testing/loopback-datadog.ts';
import { openDatadogApi } from './datadog-api.ts';
import { exportedFile } from './exported-file.ts';
import { apply, plan, prune } from './plan.ts';

// The official client, over HTTP, against an API that refuses what Datadog was recorded to refuse.

let datadog: LoopbackDatadog;
beforeEach(async () => {
  datadog = await startLoopbackDatadog();
});
afterEach(() => datadog.close());

const KEYS = { apiKey: 'api-secret-1', appKey: 'app-secret-1' };
const open = () => openDatadogApi({ ...KEYS, url: datadog.url });
const counts = (steps: readonly { readonly action: string }[]) =>
  Object.fromEntries([...Map.groupBy(steps, ({ action }) => action)].map(([action, of]) => [action, of.length]));
const FILES = shippedFiles();
/** The client takes long to read a dashboard: one with tabs, a composite and what it is made of stand for all. */
const FEW_KEYS = ['models', 'customer-day', 'spend-unusual', 'spend-floor', 'spend-anomaly'];
const few = (files: readonly ShippedFile[]) => files.filter(({ key }) => FEW_KEYS.includes(key));
const FEW = few(FILES);

test('everything that is shipped is taken; a second apply makes reads only', async () => {
  const remote = await open();
  const first = await plan(remote, FILES);
  expect(counts(first)).toEqual({ create: FILES.length });
  expect(datadog.requests.filter((one) => !one.startsWith('GET '))).toEqual([]);
  await apply(remote, first);
  expect(datadog.dashboards.size + datadog.monitors.size).toBe(FILES.length);
  datadog.requests.length = 0;
  const second = await plan(remote, FILES);
  expect(counts(second)).toEqual({ same: FILES.length });
  await apply(remote, second);
  expect(datadog.requests.filter((one) => !one.startsWith('GET '))).toEqual([]);
});

test('a composite is sent with the ids of the monitors that it names', async () => {
  const remote = await open();
  await apply(remote, await plan(remote, FEW));
  const composite = [...datadog.monitors.values()].find(({ type }) => type === 'composite');
  expect(composite?.['query']).toMatch(/^\d+ && \d+$/);
});

test('only what was changed is written, and the plan says where', async () => {
  const remote = await open();
  await apply(remote, await plan(remote, FEW));
  const changed = few(shippedFiles({ ...DEFAULT_VARIABLES, customerDayUsd: 250 }));
  const steps = (await plan(remote, changed)).filter(({ action }) => action !== 'same');
  expect(steps).toMatchObject([{ kind: 'monitor', key: 'customer-day', action: 'update' }]);
  expect(steps[0]?.differences).toEqual(['query', 'options.thresholds.critical', 'options.thresholds.warning']);
  datadog.requests.length = 0;
  await apply(remote, steps);
  expect(datadog.requests.filter((one) => one.startsWith('PUT '))).toHaveLength(1);
  expect(counts(await plan(remote, changed))).toEqual({ same: FEW.length });
});

test('what somebody changed by hand is drift', async () => {
  const remote = await open();
  await apply(remote, await plan(remote, FEW));
  const [dashboard] = datadog.dashboards.values();
  (dashboard as Record<string, unknown>)['title'] = 'Ours now';
  expect((await plan(remote, FEW)).filter(({ action }) => action === 'update')).toMatchObject([
    { differences: ['title'] },
  ]);
});

test('what we did not mark is never read whole, written or deleted, whatever its title', async () => {
  const stranger = {
    id: 'str-ang-er',
    title: 'Costspan: Executive overview',
    description: 'mine',
    widgets: [],
    layout_type: 'ordered',
  };
  const monitor = {
    id: 999,
    name: 'Costspan: no calls arrive',
    type: 'query alert',
    query: 'x',
    tags: ['managed-by:me'],
  };
  datadog.dashboards.set(stranger.id, structuredClone(stranger));
  datadog.monitors.set(monitor.id, structuredClone(monitor));
  const remote = await open();
  await apply(remote, await plan(remote, FEW));
  await prune(remote, await plan(remote, []));
  expect([...datadog.dashboards.values()]).toEqual([stranger]);
  expect([...datadog.monitors.values()]).toEqual([monitor]);
  expect(datadog.requests.filter((one) => /str-ang-er|999/.test(one))).toEqual([]);
});

test('prune deletes what is shipped no more, and nothing else', async () => {
  const remote = await open();
  await apply(remote, await plan(remote, FEW));
  const fewer = FEW.filter(({ key }) => key !== 'customer-day');
  const steps = await plan(remote, fewer);
  expect(counts(steps)).toEqual({ same: fewer.length, orphan: 1 });
  await prune(remote, steps);
  expect(datadog.dashboards.size + datadog.monitors.size).toBe(fewer.length);
});

test('two objects with one mark are refused, and nothing is written', async () => {
  const remote = await open();
  await apply(remote, await plan(remote, FEW));
  const [first] = datadog.dashboards.values();
  datadog.dashboards.set('co-p-y', { ...first, id: 'co-p-y' });
  await expect(plan(remote, FEW)).rejects.toMatchObject({ code: 'MARK_TWICE' });
});

test('429 is tried again', async () => {
  const remote = await open();
  datadog.throttle(2);
  expect(counts(await plan(remote, FEW))).toEqual({ create: FEW.length });
  expect(datadog.requests.length).toBeGreaterThan(3);
});

test('a refusal is told in Datadog’s words', async () => {
  const remote = await open();
  const bad = FEW.filter(({ key }) => key === 'customer-day').map((file) => ({
    ...file,
    json: { ...file.json, options: { thresholds: { critical: 5 } } },
  }));
  await expect(apply(remote, await plan(remote, bad))).rejects.toThrow(
    /Alert threshold \(5\) does not match that used in the query \(100\)/,
  );
  expect(datadog.monitors.size).toBe(0);
});

test('a key is in no message and no log, whatever the API echoes', async () => {
  const logged: unknown[] = [];
  for (const method of ['error', 'warn', 'info', 'log', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...words: unknown[]) => void logged.push(words));
  }
  const remote = await openDatadogApi({ apiKey: 'wrong-secret-key', appKey: 'app-secret-1', url: datadog.url });
  const failure = await plan(remote, FEW).catch((error: unknown) => error);
  const unreachable = await openDatadogApi({ ...KEYS, url: 'http://127.0.0.1:1', retriesMax: 0 });
  const away = await plan(unreachable, FEW).catch((error: unknown) => error);
  vi.restoreAllMocks();
  expect(String(failure)).toContain('403');
  expect(String(away)).toContain('ECONNREFUSED');
  expect(logged).toEqual([]);
  expect(`${String(failure)} ${JSON.stringify(failure)} ${String(away)}`).not.toMatch(/secret/);
});

test('an export is a file that can be applied again', async () => {
  const remote = await open();
  await apply(remote, await plan(remote, FEW));
  const exported = (await remote.dashboards()).map(({ json }) => exportedFile(json));
  expect(exported).toHaveLength(1);
  const { notify_list: added, ...kept } = exported[0] as JsonObject;
  expect(added).toEqual([]);
  // Datadog gave every widget another id; in a file they are named by their places again.
  expect(kept).toEqual(FEW.find(({ kind }) => kind === 'dashboard')?.json);
});
