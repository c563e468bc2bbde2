import { ALERT_GROUPS, DATASOURCE_UID, dashboardFiles, lintDashboards } from '@costspan/dashboards';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { files, read } from '../repository.ts';

const WRITE = 'npx costspan dashboards render --out dashboards';
const committed = files('dashboards/grafana/**/*.{json,yaml}', 'dashboards/prometheus/*.yaml');
const made = dashboardFiles();

test(`the files are what their sources write, to the byte; else: ${WRITE}`, () => {
  expect(committed).toEqual(made.map(({ path }) => `dashboards/${path}`).sort());
  for (const { path, text } of made) expect(read(`dashboards/${path}`), path).toBe(text);
});

test('they are written alike twice', () => {
  expect(dashboardFiles()).toEqual(made);
});

test('no dashboard has a mistake, as it is committed', () => {
  const json = files('dashboards/grafana/*.json').map((file) => ({ file, json: JSON.parse(read(file)) as unknown }));
  expect(json.length).toBeGreaterThanOrEqual(12);
  expect(lintDashboards(json)).toEqual([]);
});

test('the README has a row for every dashboard: its question and the data it needs', () => {
  const readme = read('dashboards/README.md');
  for (const file of files('dashboards/grafana/*.json')) {
    const { description } = JSON.parse(read(file)) as { readonly description: string };
    const [question, needs] = description.split(/(?<=\?) Needs /);
    const row = readme.split('\n').find((line) => line.includes(`](${file.slice('dashboards/'.length)})`));
    expect(row, file).toContain(`| ${question} | ${needs?.slice(0, -1)} |`);
  }
});

interface GrafanaRule {
  readonly uid: string;
  readonly title: string;
  readonly condition: string;
  readonly data: readonly {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly model: { readonly refId: string; readonly expr?: string; readonly expression?: string };
  }[];
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

describe('the alerts for Grafana', () => {
  const text = read('dashboards/grafana/alerting/costspan-alerts.yaml');
  const { apiVersion, groups } = parse(text) as {
    readonly apiVersion: number;
    readonly groups: readonly { readonly name: string; readonly rules: readonly GrafanaRule[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  test('are the same alerts', () => {
    expect(apiVersion).toBe(1);
    expect(rules.map(({ title, for: waits, labels }) => [title, waits, labels['severity']])).toEqual(
      ALERT_GROUPS.flatMap(({ alerts }) => alerts.map((alert) => [alert.name, alert.for, alert.severity])),
    );
  });

  test('have uids of their own that Grafana takes, and one condition that is there', () => {
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    for (const { uid, condition, data } of rules) {
      expect(uid).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
      expect(data.map(({ refId }) => refId)).toContain(condition);
      for (const { refId, model } of data) {
        expect(model.refId).toBe(refId);
        if (model.expression !== undefined) expect(data.map((other) => other.refId)).toContain(model.expression);
      }
    }
  });

  test('need no recorded series, and no $ that Grafana’s provisioning would take for a variable of the environment', () => {
    for (const { data, labels } of rules) {
      expect(JSON.stringify([data, labels])).not.toMatch(/\$|costspan:/);
    }
  });

  test('ask the data source that is named', () => {
    const other = dashboardFiles('elsewhere').find(({ path }) => path.endsWith('.yaml'))?.text ?? '';
    expect(other).toBe(text.replaceAll(`datasourceUid: ${DATASOURCE_UID}`, 'datasourceUid: elsewhere'));
    expect(other).not.toBe(text);
  });
});
