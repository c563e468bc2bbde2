import { isJsonObject, type Json, type LintFinding } from '../finding.ts';
import { queryOf } from '../monitor-query.ts';
import type { LintRule } from '../rule.ts';

/** A window that grows from the start of the month says when a month starts; no other window does. */
export const monitorSchedule: LintRule = {
  name: 'monitor-schedule',
  about: 'monitor',
  check: (monitor) => {
    const query = queryOf(monitor);
    const options = isJsonObject(monitor['options']) ? monitor['options'] : {};
    const scheduling = isJsonObject(options['scheduling_options']) ? options['scheduling_options'] : {};
    const window = isJsonObject(scheduling['evaluation_window']) ? scheduling['evaluation_window'] : undefined;
    const at = 'options.scheduling_options.evaluation_window';
    const say = (message: string): LintFinding => ({ at, code: 'SCHEDULE', message });
    if (query === undefined) return [];
    if (query.window === 'current_1mo' && window === undefined)
      return [say('a month needs month_starts and day_starts')];
    if (window === undefined) return [];
    if (!query.isCumulative) return [say('a rolling window has no start')];
    return check(window, query.window).map(say);
  },
};

function check(window: { readonly [key: string]: Json }, name: string): string[] {
  const { day_starts: day, month_starts: month, hour_starts: hour, timezone } = window;
  const said: string[] = [];
  if (name === 'current_1mo' && (month === undefined || day === undefined))
    said.push('a month needs month_starts and day_starts');
  if (month !== undefined && month !== 1)
    said.push('Datadog takes month_starts 1 only; other anchors are gauges of quotas');
  if (hour !== undefined && (month !== undefined || day !== undefined)) said.push('hour_starts stands alone');
  if (typeof hour === 'number' && (hour < 0 || hour > 59)) said.push('hour_starts is a minute from 0 to 59');
  if (typeof day === 'string' && !/^([01]\d|2[0-3]):[0-5]\d$/.test(day)) said.push('day_starts is HH:MM');
  if (timezone !== undefined && !isZone(timezone)) said.push(`"${String(timezone)}" is no time zone`);
  return said;
}

function isZone(name: Json): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(name) });
    return true;
  } catch {
    return false;
  }
}
