import { grafanaAlertsText } from './alert-files/grafana-alerts-text.ts';
import { prometheusRulesText } from './alert-files/prometheus-rules-text.ts';
import { ALERT_GROUPS } from './alerts/index.ts';
import { EXACT_PACK } from './exact/index.ts';
import { dashboardText } from './panels/dashboard-text.ts';
import { PROMETHEUS_PACK } from './prometheus/index.ts';

export interface DashboardFileText {
  /** Below the folder that is written to. */
  readonly path: string;
  readonly text: string;
}

/** The uid that a data source has in Grafana's own examples of provisioning. */
export const DATASOURCE_UID = 'prometheus';

/** Every file of `dashboards/grafana` and `dashboards/prometheus`: the same bytes whenever they are made. */
export function dashboardFiles(datasourceUid: string = DATASOURCE_UID): readonly DashboardFileText[] {
  return [
    ...[...PROMETHEUS_PACK, ...EXACT_PACK].map((spec) => ({
      path: `grafana/${spec.uid}.json`,
      text: dashboardText(spec),
    })),
    { path: 'grafana/alerting/costspan-alerts.yaml', text: grafanaAlertsText(ALERT_GROUPS, datasourceUid) },
    ...ALERT_GROUPS.map((group) => ({
      path: `prometheus/${group.name}.rules.yaml`,
      text: prometheusRulesText(group),
    })),
  ];
}
