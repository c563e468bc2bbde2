import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../run-command.contract.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-verify-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const verify = (config: string, ...args: readonly string[]) => {
  const file = join(folder, 'costspan.yaml');
  writeFileSync(file, config);
  return runCommand(['residency', 'verify', '--config', file, ...args]);
};

test('the proof is printed, and leaves nothing behind', async () => {
  const { code, out } = await verify(`
data: ${join(folder, 'us')}
residency:
  regions: { eu: { data: ${join(folder, 'eu')} } }
  rules:
    - { when: { data_region: [eu, ch] }, to: eu }
    - { when: { region: 'eu-*' }, to: eu }
`);
  expect(code).toBe(0);
  expect(out).toMatch(/^data_region: eu \| ch +eu +\d+ places +nowhere$/m);
  expect(out).toMatch(/^region: eu-\* +eu +\d+ places +nowhere$/m);
  expect(out).toMatch(/^proven: \d+ files with \d+ bytes/m);
  expect(readdirSync(folder)).toEqual(['costspan.yaml']);
});

test('a rule that another one hides is not proven', async () => {
  const { code, out } = await verify(
    `
data: ${join(folder, 'us')}
residency:
  regions: { eu: { data: ${join(folder, 'eu')} }, ch: { data: ${join(folder, 'ch')} } }
  rules:
    - { when: { data_region: 'e*' }, to: eu }
    - { when: { data_region: eu-ch }, to: ch }
`,
    '--json',
  );
  expect(code).toBe(1);
  const { checks, isProven } = JSON.parse(out);
  expect([isProven, checks[0].leaks, checks[1].ownPlaces]).toEqual([false, [], []]);
  expect(checks[1].leaks).toEqual(expect.arrayContaining([expect.stringMatching(/^eu\//)]));
});

test('without rules there is nothing to prove', async () => {
  const { code, err } = await verify('data: x\n');
  expect([code, err]).toEqual([1, expect.stringContaining('no residency.rules')]);
});
