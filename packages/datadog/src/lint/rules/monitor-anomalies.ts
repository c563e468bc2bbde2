import { isJsonObject, type LintFinding } from '../finding.ts';
import { queryOf } from '../monitor-query.ts';
import type { LintRule } from '../rule.ts';

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** An anomaly monitor triggers on the window that its query alerts on, which holds five points at least. */
export const monitorAnomalies: LintRule = {
  name: 'monitor-anomalies',
  about: 'monitor',
  check: (monitor) => {
    const query = queryOf(monitor);
    const call = query?.expression.functions.find(({ name }) => name === 'anomalies');
    const options = isJsonObject(monitor['options']) ? monitor['options'] : {};
    const windows = isJsonObject(options['threshold_windows']) ? options['threshold_windows'] : undefined;
    if (call === undefined) {
      return windows === undefined || query === undefined
        ? []
        : [
            {
              at: 'options.threshold_windows',
              code: 'ANOMALY_WINDOWS',
              message: 'only anomaly and outlier monitors have it',
            },
          ];
    }
    const findings: LintFinding[] = [];
    const say = (at: string, message: string): number => findings.push({ at, code: 'ANOMALY', message });
    const [algorithm, deviations] = call.args;
    if (!["'basic'", "'agile'", "'robust'"].includes(algorithm ?? ''))
      say('query', 'the algorithm is basic, agile or robust');
    if (!(Number(deviations) > 0)) say('query', 'deviations are a number above 0');
    const named = new Map(call.args.slice(2).map((arg) => arg.split('=') as [string, string]));
    const alertWindow = named.get('alert_window')?.replaceAll("'", '');
    if (windows === undefined) say('options.threshold_windows', 'an anomaly needs trigger_window and recovery_window');
    else {
      if (windows['trigger_window'] !== alertWindow)
        say('options.threshold_windows.trigger_window', `must be the alert_window of the query, ${alertWindow}`);
      if (typeof windows['recovery_window'] !== 'string')
        say('options.threshold_windows.recovery_window', 'it is missing');
    }
    const [, count, unit] = /^last_(\d+)([mhdw])$/.exec(alertWindow ?? '') ?? [];
    const seconds = Number(count) * (SECONDS[unit ?? ''] ?? 0);
    if (Number(named.get('interval')) > seconds / 5) say('query', 'interval is at most a fifth of alert_window');
    const direction = named.get('direction');
    if (direction !== undefined && !["'above'", "'below'", "'both'"].includes(direction))
      say('query', 'direction is above, below or both');
    return findings;
  },
};
