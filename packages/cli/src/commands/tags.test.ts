import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { main } from '../main.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-tags-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await main(args, {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: {},
    isInteractive: false,
    now: () => 0,
    interrupted: () => new Promise(() => undefined),
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, out, err };
}

function glossary(name: string, content: string): string {
  const file = join(scratch, name);
  writeFileSync(file, content);
  return file;
}

test('a glossary is checked, and written out as TypeScript', async () => {
  const file = glossary('good.yaml', 'tags:\n  team: { values: [growth, search] }\n');
  expect(await run('tags', 'check', file)).toMatchObject({ code: 0, out: expect.stringContaining('1 tags') });
  expect(await run('tags', 'types', file)).toMatchObject({
    code: 0,
    out: expect.stringContaining('readonly team?: "growth" | "search" | undefined;'),
  });
});

test('every mistake of a glossary is said, and so is a file that cannot be read', async () => {
  const file = glossary('bad.yaml', 'tags:\n  Team: {}\nunknown: maybe\n');
  expect(await run('tags', 'check', file)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('2 mistakes'),
  });
  expect(await run('tags', 'types', join(scratch, 'none.yaml'))).toMatchObject({ code: 1, out: '' });
});
