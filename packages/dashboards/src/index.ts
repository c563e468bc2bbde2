export { EXACT_PACK } from './exact/index.ts';
export type { DashboardFile, LintFinding } from './lint/lint-dashboards.ts';
export { lintDashboards } from './lint/lint-dashboards.ts';
export { LINT_RULES } from './lint/rules/index.ts';
export { METRICS, metricOf } from './metrics.ts';
export type { DashboardSpec } from './panels/dashboard-spec.ts';
export { dashboardText } from './panels/dashboard-text.ts';
export { PROMETHEUS_PACK } from './prometheus/index.ts';
