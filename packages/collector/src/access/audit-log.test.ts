import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Notices } from '../notices.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { type AuditEntry, AuditLog } from './audit-log.ts';

let folder: string;
let said: string[];
let metrics: SelfMetrics;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-audit-'));
  said = [];
  metrics = new SelfMetrics();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  atMs: Date.UTC(2026, 10, 23),
  key: 'abc',
  method: 'GET',
  route: '/api/v1/calls',
  status: 200,
  ...over,
});

function open(path = join(folder, 'audit.ndjson'), bytesMax = 1_000_000): AuditLog {
  return new AuditLog({ path, bytesMax, metrics, notices: new Notices((message) => said.push(message)) });
}

test('both files together never hold more than their bytes', async () => {
  const path = join(folder, 'audit.ndjson');
  const log = open(path, 4000);
  for (let count = 0; count < 100; count += 1) {
    log.write(entry());
    await log.flush();
  }
  await log.close();
  const [now, before] = [path, `${path}.1`].map((file) => statSync(file).size) as [number, number];
  expect(now).toBeGreaterThan(0);
  expect(now + before).toBeLessThanOrEqual(4000);
});

test('millions of requests without a key push no other line out, and are counted', async () => {
  const log = open();
  for (let count = 0; count < 1000; count += 1) log.write(entry({ key: null, status: 401 }));
  log.write(entry());
  log.write(entry({ key: null, status: 401, atMs: Date.UTC(2026, 10, 23, 0, 1) }));
  await log.close();
  const lines = readFileSync(join(folder, 'audit.ndjson'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(62);
  expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ nameless_omitted_before: 940 });
  expect(metrics.get('auditOmitted')).toBe(940);
});

test('a disk that takes no line is said once, counted, and holds up no request', async () => {
  const log = open('/dev/null/audit.ndjson');
  log.write(entry());
  await log.flush();
  log.write(entry());
  await log.close();
  expect(said).toEqual([expect.stringContaining('the audit log cannot be written')]);
  expect(metrics.get('auditOmitted')).toBe(2);
});
