import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, Subjects, startCollector, subjectFileOf } from '@costspan/collector';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../run-command.contract.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'costspan-erase-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

async function known(): Promise<{ readonly file: string; readonly pseudonym: string }> {
  const file = subjectFileOf(data) as string;
  const subjects = Subjects.open(file, 10);
  const pseudonym = subjects.pseudonymOf('user', 'jane@example.com') as string;
  await subjects.durable();
  return { file, pseudonym };
}

test('a person is erased from the directory of a collector that is down', async () => {
  const { file, pseudonym } = await known();
  const dry = await runCommand(['erase', 'jane@example.com', '--data', data, '--dry-run']);
  expect(dry.out).toBe(`tag   pseudonym\nuser  ${pseudonym}\nnot erased (--dry-run)\n`);
  expect(readFileSync(file, 'utf8')).toContain('jane@example.com');
  const { out, code } = await runCommand(['erase', 'jane@example.com', '--data', data, '--json']);
  expect([code, JSON.parse(out)]).toEqual([0, { erased: true, subjects: [{ tag: 'user', pseudonym }] }]);
  expect(readFileSync(file, 'utf8')).toBe('');
  expect((await runCommand(['erase', 'jane@example.com', '--data', data])).out).toBe(
    'nothing is known of this value\n',
  );
});

test('a person is erased by a running collector, and behind its back it is refused', async () => {
  const { file, pseudonym } = await known();
  const tags = join(data, 'tags.yaml');
  writeFileSync(tags, 'tags: { user: { pii: hash } }\n');
  const settings = { listen: '127.0.0.1:0', data, privacy: { tags } };
  const collector = await startCollector(parseConfig(settings, 'test', {}), { say: () => {} });
  try {
    const behind = await runCommand(['erase', 'jane@example.com', '--data', data]);
    expect([behind.code, behind.err]).toEqual([
      1,
      expect.stringContaining('a ledger belongs to one process at a time'),
    ]);
    const other = await runCommand(['erase', 'jane@example.com', '--tag', 'team', '--url', collector.url]);
    expect(other.out).toBe('nothing is known of this value\n');
    const { out } = await runCommand(['erase', 'jane@example.com', '--url', collector.url, '--json']);
    expect(JSON.parse(out)).toEqual({ erased: true, subjects: [{ tag: 'user', pseudonym }] });
    expect(readFileSync(file, 'utf8')).toBe('');
  } finally {
    await collector.close();
  }
});
