import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Notices } from '../notices.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { changeKeyFile } from './key-file.ts';
import { type NewKey, withNewKey, withRevokedKey } from './key-list.ts';
import { KeyRing } from './key-ring.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
let folder: string;
let path: string;
let said: string[];
let metrics: SelfMetrics;
let rings: KeyRing[];
beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['Date', 'setInterval', 'clearInterval'] });
  folder = mkdtempSync(join(tmpdir(), 'costspan-ring-'));
  path = join(folder, 'keys.json');
  said = [];
  rings = [];
  metrics = new SelfMetrics();
});
afterEach(() => {
  for (const ring of rings) ring.close();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function open(ingestKeys: readonly string[] = []): KeyRing {
  const ring = new KeyRing({ ingestKeys, path, metrics, notices: new Notices((message) => said.push(message)) });
  rings.push(ring);
  return ring;
}

function make(wish: Partial<NewKey> = {}): { readonly header: string; readonly id: string } {
  const { token, key } = changeKeyFile(path, (keys) =>
    withNewKey(keys, { name: 'a key', role: 'ingest', ...wish }, Date.now()),
  );
  return { header: `Bearer ${token}`, id: key.id };
}

test('without any key everybody may do everything', () => {
  expect(open().authenticate(undefined)).toMatchObject({ id: 'anybody', role: 'admin' });
});

test('keys of the configuration may do everything, as they always could', () => {
  const ring = open(['first', 'second']);
  expect(ring.authenticate('Bearer second')).toMatchObject({ id: 'ingestKeys[1]', role: 'admin' });
  for (const header of [undefined, '', 'Bearer', 'Bearer third', 'Basic second']) {
    expect(ring.authenticate(header)).toBeUndefined();
  }
});

test('a key is known at once, also to a collector that had none', () => {
  const ring = open();
  const { header, id } = make({ role: 'portal', customers: ['acme'] });
  expect(ring.authenticate(header)).toEqual({ id, name: 'a key', role: 'portal', customers: ['acme'] });
  expect(ring.authenticate(undefined)).toBeUndefined();
  const later = make();
  expect(ring.authenticate(later.header)).toMatchObject({ id: later.id, role: 'ingest' });
});

test('a revoked key is refused within 5 seconds', () => {
  const { header, id } = make();
  const ring = open();
  expect(ring.authenticate(header)).toBeDefined();
  changeKeyFile(path, (keys) => withRevokedKey(keys, id, Date.now()));
  vi.advanceTimersByTime(5000);
  expect(ring.authenticate(header)).toBeUndefined();
});

test('a key is refused from the very instant at which it expires', () => {
  const { header } = make({ expiresAtMs: NOW_MS + 1000 });
  const ring = open();
  expect(ring.authenticate(header, NOW_MS + 999)).toBeDefined();
  expect(ring.authenticate(header, NOW_MS + 1000)).toBeUndefined();
});

test('another secret under a known id is refused', () => {
  const { header } = make();
  const ring = open();
  const other = `${header.slice(0, -1)}${header.endsWith('A') ? 'B' : 'A'}`;
  expect(ring.authenticate(other)).toBeUndefined();
  expect(ring.authenticate(header)).toBeDefined();
});

test('a key file that cannot be read changes nothing, is said once and counted', () => {
  const { header } = make();
  const ring = open();
  writeFileSync(path, '{"version":1,"keys":[');
  vi.advanceTimersByTime(2000);
  expect(ring.authenticate(header)).toBeDefined();
  expect(said).toEqual([expect.stringContaining('the keys that were in force stay')]);
  expect(metrics.get('keyReloadsRefused')).toBeGreaterThan(0);
});

test('a key file that is damaged at the start lets nobody in', () => {
  writeFileSync(path, 'nonsense');
  const ring = open();
  expect(ring.isProtected).toBe(true);
  expect(ring.authenticate(undefined)).toBeUndefined();
});

test('a collector that had keys never again takes requests without one', () => {
  const { header, id } = make();
  const ring = open();
  changeKeyFile(path, (keys) => withRevokedKey(keys, id, Date.now()));
  vi.advanceTimersByTime(1000);
  rmSync(path);
  vi.advanceTimersByTime(1000);
  expect([ring.authenticate(header), ring.authenticate(undefined)]).toEqual([undefined, undefined]);
});
