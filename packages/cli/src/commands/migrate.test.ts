import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../run-command.contract.ts';

const data = mkdtempSync(join(tmpdir(), 'costspan-migrate-'));
afterAll(() => rmSync(data, { recursive: true }));

const MOVE = ['migrate', '--from', 'duckdb', '--to', 'clickhouse'];

test.each([
  [['migrate', '--from', 'sqlite', '--to', 'clickhouse'], 2, 'it is duckdb'],
  [['migrate', '--from', 'duckdb'], 2, '--to'],
  [MOVE, 1, 'say where the ledger goes: --store'],
  [[...MOVE, '--data', data, '--store', 'http://h'], 1, 'clickhouse://user:password@host:8123/database'],
  [[...MOVE, '--data', data, '--store', 'clickhouse://h'], 1, 'there is no ledger in'],
])('%j ends with %i and says why', async (args, code, why) => {
  const ended = await runCommand(args);
  expect(ended).toMatchObject({ code });
  expect(ended.err).toContain(why);
});

test('the help says what is compared and how to go on', async () => {
  const { out } = await runCommand(['migrate', '--help']);
  expect(out).toContain('goes on where it was');
  expect(out).toContain('for each customer and UTC day');
});
