import { isTimeZone } from '@costspan/usage';
import { type PriceWindow, WEEKDAYS, type Weekday } from './card.ts';
import { type Findings, isOneOf, show } from './findings.ts';
import { parseTime } from './instant.ts';
import { readRateSet } from './parse-rate-set.ts';
import { windowMinutes } from './window-minutes.ts';

export function readWindows(value: unknown, at: string, findings: Findings): PriceWindow[] {
  if (value === undefined) return [];
  const windows: PriceWindow[] = [];
  const taken: { readonly from: number; readonly to: number; readonly at: string }[] = [];
  for (const [index, entry] of (findings.array(value, at) ?? []).entries()) {
    const place = `${at}[${index}]`;
    const window = readWindow(entry, place, findings);
    if (window === undefined) continue;
    if (windows[0] !== undefined && windows[0].zone !== window.zone) {
      findings.add(`${place}.zone`, 'WINDOW_ZONES', 'all windows of one period use one zone; convert the times');
    }
    windows.push(window);
    for (const span of windowMinutes(window)) {
      const clash = taken.find((other) => span.from < other.to && other.from < span.to);
      if (clash !== undefined) {
        findings.add(place, 'WINDOW_OVERLAP', `it overlaps ${clash.at}; two prices would hold at one time`);
        break;
      }
      taken.push({ ...span, at: place });
    }
  }
  return windows;
}

function readWindow(value: unknown, at: string, findings: Findings): PriceWindow | undefined {
  const raw = findings.object(value, at, ['start', 'end', 'zone', 'days', 'rates', 'tiers', 'cells']);
  if (raw === undefined) return undefined;
  const { start, end, zone } = raw;
  const days = raw['days'] === undefined ? undefined : readDays(raw['days'], `${at}.days`, findings);
  const set = readRateSet(raw, at, findings);
  for (const [field, time] of [
    ['start', start],
    ['end', end],
  ] as const) {
    if (typeof time !== 'string' || parseTime(time) === undefined) {
      return findings.add(`${at}.${field}`, 'TIME_FORMAT', `${show(time)} is not a time of day such as "16:30"`);
    }
  }
  if (start === end || start === '24:00') {
    return findings.add(
      at,
      'WINDOW_EMPTY',
      `from ${start} to ${end} is no span of time; a whole day is 00:00 to 24:00`,
    );
  }
  if (zone !== undefined && (typeof zone !== 'string' || !isTimeZone(zone))) {
    return findings.add(`${at}.zone`, 'ZONE_UNKNOWN', `${show(zone)} is not an IANA time zone such as "Asia/Shanghai"`);
  }
  if (set === undefined) return undefined;
  return {
    start: start as string,
    end: end as string,
    ...(zone === undefined || zone === 'UTC' ? {} : { zone: zone as string }),
    ...(days === undefined ? {} : { days }),
    ...set,
  };
}

function readDays(value: unknown, at: string, findings: Findings): Weekday[] | undefined {
  const days = findings.array(value, at);
  if (days === undefined) return undefined;
  const wrong = days.filter((day) => !isOneOf(day, WEEKDAYS));
  if (wrong.length > 0 || days.length === 0) {
    return findings.add(at, 'DAY_UNKNOWN', `${show(wrong[0])} is not one of ${WEEKDAYS.join(' ')}`);
  }
  return WEEKDAYS.filter((day) => days.includes(day));
}
