import type { LintRule } from '../rule.ts';
import { dashboardQueries } from './dashboard-queries.ts';
import { dashboardWords } from './dashboard-words.ts';
import { formulas } from './formulas.ts';
import { groups } from './groups.ts';
import { layout } from './layout.ts';
import { monitorAnomalies } from './monitor-anomalies.ts';
import { monitorMarks } from './monitor-marks.ts';
import { monitorMessage } from './monitor-message.ts';
import { monitorOptions } from './monitor-options.ts';
import { monitorQueries } from './monitor-queries.ts';
import { monitorSchedule } from './monitor-schedule.ts';
import { monitorThresholds } from './monitor-thresholds.ts';
import { responseFormat } from './response-format.ts';
import { tabs } from './tabs.ts';
import { templateVariables } from './template-variables.ts';

/** Every rule that no schema can say. One file and one line each. */
export const LINT_RULES: readonly LintRule[] = [
  layout,
  groups,
  tabs,
  formulas,
  responseFormat,
  dashboardQueries,
  templateVariables,
  dashboardWords,
  monitorQueries,
  monitorThresholds,
  monitorMessage,
  monitorOptions,
  monitorSchedule,
  monitorAnomalies,
  monitorMarks,
];
