import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dashboardFiles } from '@costspan/dashboards';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../../run-command.contract.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-dashboards-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('render writes every file, for the data source that is named', async () => {
  const out = join(scratch, 'out');
  const { code, out: said } = await runCommand(['dashboards', 'render', '--out', out, '--datasource-uid', 'mine']);
  expect(code).toBe(0);
  const files = dashboardFiles('mine');
  expect(said.trim().split('\n')).toEqual(files.map(({ path }) => join(out, path)));
  for (const { path, text } of files) expect(readFileSync(join(out, path), 'utf8')).toBe(text);
});

test('render names the file that it cannot write', async () => {
  const file = join(scratch, 'a-file');
  writeFileSync(file, '');
  expect(await runCommand(['dashboards', 'render', '--out', file])).toMatchObject({
    code: 1,
    err: expect.stringContaining(join(file, 'grafana/costspan-fleet.json')),
  });
});

test('lint finds nothing in a good dashboard, and says where a bad one is bad', async () => {
  const text = dashboardFiles().find(({ path }) => path.endsWith('costspan-fleet.json'))?.text ?? '';
  const [good, bad] = [join(scratch, 'good.json'), join(scratch, 'bad.json')];
  writeFileSync(good, text);
  writeFileSync(
    bad,
    text
      .replace('sum(increase(costspan_cost_usd_total', 'sum((costspan_cost_usd_total')
      .replace('costspan-fleet', 'other'),
  );
  expect(await runCommand(['dashboards', 'lint', good])).toMatchObject({
    code: 0,
    out: '0 mistakes in 1 dashboards\n',
  });
  const found = await runCommand(['dashboards', 'lint', good, bad]);
  expect(found.code).toBe(1);
  expect(found.out).toMatch(/^.*bad\.json: "Spend": query A: .+ \[counter-is-under-rate\]$/m);
  const json = JSON.parse((await runCommand(['dashboards', 'lint', bad, '--json'])).out) as { findings: object[] };
  expect(json.findings).toContainEqual(expect.objectContaining({ panel: 'Spend', rule: 'counter-is-under-rate' }));
});

test('lint says its rules, refuses what is no JSON, and asks for a file', async () => {
  expect((await runCommand(['dashboards', 'lint', '--rules'])).out).toContain(
    'counter-is-under-rate\n  A counter forgets',
  );
  const file = join(scratch, 'none.json');
  writeFileSync(file, 'panels:');
  expect((await runCommand(['dashboards', 'lint', file])).err).toContain('none.json is no JSON');
  expect((await runCommand(['dashboards', 'lint'])).err).toContain('name the dashboards to check');
});
