import { type DashboardView, viewDashboard } from './dashboard-view.ts';
import { LINT_RULES } from './rules/index.ts';

export interface LintFinding {
  readonly file: string;
  readonly rule: string;
  /** The title of the panel; empty when it is about the dashboard. */
  readonly panel: string;
  readonly message: string;
}

/** A file with what JSON.parse made of it. */
export interface DashboardFile {
  readonly file: string;
  readonly json: unknown;
}

/** Everything that is wrong about dashboards in Grafana's Classic model, by the rules in their order. */
export function lintDashboards(files: readonly DashboardFile[]): readonly LintFinding[] {
  const among = files.map(({ file, json }) => viewDashboard(file, json));
  return among.flatMap((dashboard) => lintOne(dashboard, among));
}

function lintOne(dashboard: DashboardView, among: readonly DashboardView[]): LintFinding[] {
  return LINT_RULES.flatMap(({ name, check }) =>
    [...check(dashboard, among)].map(({ panel, target, message }) => ({
      file: dashboard.file,
      rule: name,
      panel: panel === undefined ? '' : panel.title,
      message: target === undefined ? message : `query ${target.refId}: ${message}`,
    })),
  );
}
