import { buildDashboard } from './build-dashboard.ts';
import type { DashboardSpec } from './dashboard-spec.ts';

/** The file of a dashboard: the same bytes for the same spec, whenever and wherever it is written. */
export function dashboardText(spec: DashboardSpec): string {
  return `${JSON.stringify(buildDashboard(spec), withoutMethods, 2)}\n`;
}

/** The SDK's types carry a method in data; JSON leaves it out, and so does whoever compares. */
function withoutMethods(key: string, value: unknown): unknown {
  return key === '_implementsDataqueryVariant' ? undefined : value;
}
