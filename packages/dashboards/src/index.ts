export { METRICS, metricOf } from './metrics.ts';
export { dashboardText } from './panels/dashboard-text.ts';
