import type { AlertGroup, AlertSpec } from '../alerts/alert-spec.ts';
import { kebabCase, runbookOf } from '../alerts/alert-spec.ts';
import { yamlText } from './prometheus-rules-text.ts';

const FOLDER = 'Costspan';
const INTERVAL = '1m';
/** The query looks back by itself; Grafana wants a range all the same. */
const RANGE_SECONDS = 600;

/**
 * The same alerts as rules that Grafana evaluates itself, for its file provisioning. The format has no variable for a data
 * source, so its uid is written in. What Prometheus records is written into the expressions, since nothing records it here.
 */
export function grafanaAlertsText(groups: readonly AlertGroup[], datasourceUid: string): string {
  const about = 'The alerts of dashboards/prometheus for Grafana-managed alerting: put it in provisioning/alerting.';
  return yamlText(about, {
    apiVersion: 1,
    groups: groups.map((group) => ({
      orgId: 1,
      name: group.name,
      folder: FOLDER,
      interval: INTERVAL,
      rules: group.alerts.map((alert) => grafanaRule(alert, inlined(alert.expr, group), datasourceUid)),
    })),
  });
}

function grafanaRule(alert: AlertSpec, expr: string, datasourceUid: string): object {
  const { name, severity, labels, summary, description } = alert;
  return {
    uid: kebabCase(name),
    title: name,
    condition: 'C',
    data: [
      {
        refId: 'A',
        relativeTimeRange: { from: RANGE_SECONDS, to: 0 },
        datasourceUid,
        model: { refId: 'A', expr, instant: true, range: false, intervalMs: 60_000, maxDataPoints: 43_200 },
      },
      expression('B', { type: 'reduce', expression: 'A', reducer: 'last', settings: { mode: 'dropNN' } }),
      expression('C', {
        type: 'threshold',
        expression: 'B',
        conditions: [{ evaluator: { type: 'gt', params: [0] } }],
      }),
    ],
    // A query that yields nothing is how Prometheus says that all is well.
    noDataState: 'OK',
    execErrState: 'Error',
    for: alert.for,
    labels: { severity, ...labels },
    annotations: {
      summary: grafanaTemplate(summary),
      description: grafanaTemplate(description),
      runbook_url: runbookOf(name),
    },
  };
}

function expression(refId: string, model: object): object {
  const relativeTimeRange = { from: RANGE_SECONDS, to: 0 };
  return { refId, relativeTimeRange, datasourceUid: '__expr__', model: { refId, ...model } };
}

/** In Grafana `$value` is a text about all queries; the number is that of one of them. */
function grafanaTemplate(text: string): string {
  return text.replaceAll('$value', '$values.B.Value');
}

/** A recorded series that is asked for by its offset is computed with the offset in each of its selectors. */
function inlined(expr: string, { records }: AlertGroup): string {
  return records.reduce(
    (text, { record, expr: recorded }) =>
      text
        .replaceAll(`${record} offset 1w`, `(${recorded.replaceAll(/\[(\w+)\]/g, '[$1] offset 1w')})`)
        .replaceAll(record, `(${recorded})`),
    expr,
  );
}
