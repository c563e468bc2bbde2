import { isJsonObject, type LintFinding, listOf, textOf } from '../finding.ts';
import { queryOf } from '../monitor-query.ts';
import type { LintRule } from '../rule.ts';

const DAY_SECONDS = 86_400;

/** Numbers within what Datadog takes, notifications by tags that are grouped by, and no data where it can be told. */
export const monitorOptions: LintRule = {
  name: 'monitor-options',
  about: 'monitor',
  check: (monitor) => {
    const options = isJsonObject(monitor['options']) ? monitor['options'] : {};
    const query = queryOf(monitor);
    const findings: LintFinding[] = [];
    const within = (name: string, min: number, max: number): void => {
      const value = options[name];
      if (value === undefined || value === null || (typeof value === 'number' && value >= min && value <= max)) return;
      findings.push({ at: `options.${name}`, code: 'OPTION_RANGE', message: `from ${min} to ${max}` });
    };
    within('evaluation_delay', 0, DAY_SECONDS);
    within('timeout_h', 0, 24);
    within('new_group_delay', 0, DAY_SECONDS);
    within('renotify_interval', 0, 1440);
    within('min_failure_duration', 0, 7200);
    const priority = monitor['priority'];
    if (priority !== undefined && !(Number.isInteger(priority) && Number(priority) >= 1 && Number(priority) <= 5))
      findings.push({ at: 'priority', code: 'OPTION_PRIORITY', message: 'from 1 to 5' });
    const by = new Set(query?.expression.queries.flatMap((one) => one.by) ?? []);
    for (const tag of listOf(options['notify_by'])) {
      if (tag !== '*' && !by.has(String(tag)))
        findings.push({
          at: 'options.notify_by',
          code: 'OPTION_NOTIFY_BY',
          message: `the monitor does not group by "${String(tag)}"`,
        });
    }
    const frame = options['no_data_timeframe'];
    if (options['notify_no_data'] === true && frame === undefined)
      findings.push({ at: 'options.no_data_timeframe', code: 'OPTION_NO_DATA', message: 'notify_no_data needs it' });
    if (typeof frame === 'number' && query !== undefined && frame < query.windowMinutes * 2)
      findings.push({
        at: 'options.no_data_timeframe',
        code: 'OPTION_NO_DATA',
        message: `at least twice the window: ${query.windowMinutes * 2}`,
      });
    if (options['notify_no_data'] !== undefined && options['on_missing_data'] !== undefined)
      findings.push({ at: 'options', code: 'OPTION_NO_DATA', message: 'either notify_no_data or on_missing_data' });
    if (options['on_missing_data'] !== undefined && query !== undefined && !query.isCumulative)
      findings.push({
        at: 'options.on_missing_data',
        code: 'OPTION_MISSING_DATA',
        message: 'a metric monitor has it with a custom schedule only',
      });
    if (options['renotify_statuses'] !== undefined && options['renotify_interval'] === undefined)
      findings.push({
        at: 'options.renotify_interval',
        code: 'OPTION_RENOTIFY',
        message: 'renotify_statuses needs it',
      });
    if ((textOf(monitor['name']) ?? '').trim() === '')
      findings.push({ at: 'name', code: 'NAME', message: 'a monitor has a name' });
    return findings;
  },
};
