import { isJsonObject, type LintFinding } from '../finding.ts';
import { queryOf } from '../monitor-query.ts';
import type { LintRule } from '../rule.ts';

/** The thresholds say what the query says, the warning comes before the alert, and recovery lies on the other side. */
export const monitorThresholds: LintRule = {
  name: 'monitor-thresholds',
  about: 'monitor',
  check: (monitor) => {
    const query = queryOf(monitor);
    if (query === undefined) return [];
    const options = isJsonObject(monitor['options']) ? monitor['options'] : {};
    const thresholds = isJsonObject(options['thresholds']) ? options['thresholds'] : {};
    const { critical, warning, critical_recovery: recovery, warning_recovery: warningRecovery } = thresholds;
    const at = 'options.thresholds';
    const findings: LintFinding[] = [];
    for (const [name, value] of Object.entries(thresholds)) {
      if (typeof value !== 'number')
        findings.push({ at: `${at}.${name}`, code: 'THRESHOLD_NUMBER', message: 'Non-numeric threshold value' });
    }
    if (critical === undefined)
      return [...findings, { at, code: 'THRESHOLD_NONE', message: 'Alert status is required: give critical' }];
    if (critical !== query.threshold)
      findings.push({
        at: `${at}.critical`,
        code: 'THRESHOLD_QUERY',
        message: `Alert threshold (${String(critical)}) does not match that used in the query (${query.threshold})`,
      });
    const isUp = query.operator.startsWith('>');
    const before = (a: unknown, b: unknown): boolean =>
      typeof a !== 'number' || typeof b !== 'number' || (isUp ? a < b : a > b);
    if (!before(warning, critical))
      findings.push({ at: `${at}.warning`, code: 'THRESHOLD_WARNING', message: 'the warning comes before the alert' });
    if (!before(recovery, critical))
      findings.push({
        at: `${at}.critical_recovery`,
        code: 'THRESHOLD_RECOVERY',
        message: 'it can be simultaneously in alert and alert recovery states',
      });
    if (!before(warningRecovery, warning))
      findings.push({
        at: `${at}.warning_recovery`,
        code: 'THRESHOLD_RECOVERY',
        message: 'it can be simultaneously in warning and warning recovery states',
      });
    const isAnomaly = query.expression.functions.some(({ name }) => name === 'anomalies');
    if (isAnomaly && query.threshold > 1)
      findings.push({ at, code: 'THRESHOLD_SHARE', message: 'of an anomaly it is a share of the window, at most 1' });
    return findings;
  },
};
