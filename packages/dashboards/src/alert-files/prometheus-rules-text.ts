import { stringify } from 'yaml';
import { type AlertGroup, runbookOf } from '../alerts/alert-spec.ts';

/** How often rules are looked at. */
const INTERVAL = '1m';

/** A group as a rule file that Prometheus and the ruler of Mimir load. */
export function prometheusRulesText({ name, about, records, alerts }: AlertGroup): string {
  const rules = [
    ...records.map(({ record, expr }) => ({ record, expr })),
    ...alerts.map((alert) => ({
      alert: alert.name,
      expr: alert.expr,
      for: alert.for,
      labels: { severity: alert.severity, ...alert.labels },
      annotations: { summary: alert.summary, description: alert.description, runbook: runbookOf(alert.name) },
    })),
  ];
  return yamlText(about, { groups: [{ name, interval: INTERVAL, rules }] });
}

/** YAML with a comment above, the same bytes every time. Templates stand in one line, so that they can be searched. */
export function yamlText(about: string, value: object): string {
  const comment = [
    ...about.split('\n'),
    'Written by `costspan dashboards render`; change packages/dashboards/src/alerts.',
  ]
    .map((line) => `# ${line}\n`)
    .join('');
  return comment + stringify(value, { lineWidth: 0, singleQuote: true });
}
