import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../run-command.contract.ts';

let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'costspan-keys-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const keys = (...args: readonly string[]) => runCommand(['keys', ...args, '--data', data]);
const list = async () =>
  (await keys('list', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a secret is printed once, and stands in no file', async () => {
  const { code, out, err } = await keys('create', '--role', 'ingest', '--name', 'checkout');
  expect([code, err]).toEqual([0, 'Keep it: it is not shown again.\n']);
  const [, id, secret] = /^cspan_([0-9a-f]{12})_(\S{43})\n$/.exec(out) ?? [];
  expect((await list())[0]).toMatchObject({ id, name: 'checkout', role: 'ingest', state: 'active', expires_at: null });
  const folder = join(data, 'access');
  for (const file of readdirSync(folder)) {
    expect(readFileSync(join(folder, file), 'utf8')).not.toContain(secret);
    expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  }
});

test('a rotated key goes on for its overlap beside the new one, and a revoked one does not', async () => {
  const made = JSON.parse(
    (await keys('create', '--role', 'portal', '--customer', 'acme', '--name', 'Acme', '--json')).out,
  );
  const next = JSON.parse((await keys('rotate', made.id, '--overlap', '2h', '--json')).out);
  expect(next).toMatchObject({ role: 'portal', customers: ['acme'], rotated_from: made.id, state: 'active' });
  expect((await list()).find(({ id }) => id === made.id)).toMatchObject({
    state: 'active',
    expires_at: '2026-11-23T14:00:00.000Z',
    rotated_to: next.id,
  });
  expect((await keys('revoke', next.id)).out).toBe(`revoked ${next.id}\n`);
  const { out } = await keys('list');
  expect(out).toMatch(new RegExp(`${next.id}  Acme +portal +acme +revoked`));
  expect((await keys('prune')).out).toBe('dropped 1 keys\n');
  expect((await list()).map(({ id }) => id)).not.toContain(next.id);
});

test.each([
  [['create', '--role', 'portal', '--name', 'x'], 1, 'exactly one customer'],
  [['create', '--role', 'portal', '--name', 'x', '--customer', 'a', 'b'], 1, 'exactly one customer'],
  [
    ['create', '--role', 'portal', '--name', 'x', '--customer', '(untagged)'],
    1,
    'no customer_id that a call can carry',
  ],
  [['create', '--role', 'ingest', '--name', 'x', '--customer', 'a'], 1, 'cannot be kept to customers'],
  [['create', '--role', 'owner', '--name', 'x'], 2, 'no role; roles are admin, viewer, portal, ingest'],
  [['rotate', 'nobody'], 1, 'no key nobody'],
  [['revoke', 'nobody'], 1, 'no key nobody'],
])('%j is refused', async (args, code, message) => {
  const { code: ended, err } = await keys(...args);
  expect([ended, err]).toEqual([code, expect.stringContaining(message)]);
});

test('what is done to keys stands in the audit log', async () => {
  const lines = readFileSync(join(data, 'access', 'audit.ndjson'), 'utf8')
    .trim()
    .split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { command: string }).command)).toEqual([
    'keys create',
    'keys create',
    'keys rotate',
    'keys revoke',
    'keys prune',
  ]);
});

test('the first key can be made where listening is refused without one', async () => {
  const config = join(data, 'costspan.yaml');
  const folder = join(data, 'open');
  writeFileSync(config, `listen: 0.0.0.0:4318\ndata: ${folder}\n`);
  expect((await runCommand(['up', '--config', config])).err).toContain('make a key (costspan keys create)');
  const made = await runCommand(['keys', 'create', '--role', 'admin', '--name', 'me', '--config', config]);
  expect(made.out).toMatch(/^cspan_/);
});
