import { isMeter, METER_NAMES, type Meter } from '@costspan/usage';
import {
  type ContextTier,
  type PricePeriod,
  type PriceWindow,
  type Rate,
  type RateSet,
  type Rates,
  TIER_OPERATORS,
  type TierOperator,
  WEEKDAYS,
  type Weekday,
} from './card.ts';
import { canonicalDecimal } from './decimal.ts';
import { type Findings, isObject, type JsonObject, show } from './findings.ts';
import { parseInstant, parseTime } from './instant.ts';
import { isZone } from './local-time.ts';
import { windowMinutes } from './window-minutes.ts';

const PER_MAX = 1_000_000_000_000;

/** Reads the `prices` of a card, ordered by time. `undefined` (with findings) when anything in them is wrong. */
export function parsePrices(value: unknown, at: string, findings: Findings): PricePeriod[] | undefined {
  const before = findings.list.length;
  const periods: PlacedPeriod[] = [];
  for (const [index, raw] of (findings.array(value, at) ?? []).entries()) {
    const period = readPeriod(raw, `${at}[${index}]`, findings);
    if (period !== undefined) periods.push(period);
  }
  periods.sort((a, b) => a.fromUs - b.fromUs);
  for (const [index, period] of periods.entries()) {
    const previous = periods[index - 1];
    if (previous !== undefined && period.fromUs < previous.toUs) {
      findings.add(
        period.at,
        'PERIOD_OVERLAP',
        `it starts before ${previous.at} ends; give ${previous.at} a "to" that is this period's "from"`,
      );
    }
  }
  return findings.list.length > before ? undefined : periods.map(({ period }) => period);
}

interface PlacedPeriod {
  readonly period: PricePeriod;
  readonly fromUs: number;
  readonly toUs: number;
  readonly at: string;
}

function readPeriod(value: unknown, at: string, findings: Findings): PlacedPeriod | undefined {
  const raw = findings.object(value, at, ['from', 'to', 'rates', 'tiers', 'windows']);
  if (raw === undefined) return undefined;
  const fromUs = readInstant(raw, 'from', at, findings, Number.NEGATIVE_INFINITY);
  const toUs = readInstant(raw, 'to', at, findings, Number.POSITIVE_INFINITY);
  const set = readRateSet(raw, at, findings);
  const windows = readWindows(raw['windows'], `${at}.windows`, findings);
  if (fromUs === undefined || toUs === undefined || set === undefined) return undefined;
  if (fromUs >= toUs) {
    return findings.add(
      at,
      'PERIOD_EMPTY',
      `"from" ${raw['from']} is not before "to" ${raw['to']}; swap or remove one`,
    );
  }
  const period = {
    ...(raw['from'] === undefined ? {} : { from: raw['from'] as string }),
    ...(raw['to'] === undefined ? {} : { to: raw['to'] as string }),
    ...set,
    ...(windows.length === 0 ? {} : { windows }),
  };
  return { period, fromUs, toUs, at };
}

function readInstant(
  raw: JsonObject,
  field: 'from' | 'to',
  at: string,
  findings: Findings,
  open: number,
): number | undefined {
  const value = raw[field];
  if (value === undefined) return open;
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant !== undefined) return instant;
  return findings.add(
    `${at}.${field}`,
    'INSTANT_FORMAT',
    `${show(value)} is not an instant with a zone such as "2026-03-13T00:00:00Z"; leave it out when open`,
  );
}

function readRateSet(raw: JsonObject, at: string, findings: Findings): RateSet | undefined {
  const rates = readRates(raw['rates'], `${at}.rates`, findings);
  const tiers = readTiers(raw['tiers'], `${at}.tiers`, findings);
  return rates === undefined ? undefined : { rates, ...(tiers.length === 0 ? {} : { tiers }) };
}

function readRates(value: unknown, at: string, findings: Findings): Rates | undefined {
  if (!isObject(value)) {
    return findings.add(at, 'RATES_EXPECTED', `${show(value)} is not an object of meter: { "price", "per" }`);
  }
  const rates: { [M in Meter]?: Rate } = {};
  for (const name of Object.keys(value)) {
    if (!isMeter(name)) {
      findings.add(`${at}.${name}`, 'METER_UNKNOWN', `"${name}" is not a meter; known: ${METER_NAMES.join(', ')}`);
    }
  }
  for (const meter of METER_NAMES) {
    if (!Object.hasOwn(value, meter)) continue;
    const rate = readRate(value[meter], `${at}.${meter}`, findings);
    if (rate !== undefined) rates[meter] = rate;
  }
  if (Object.keys(value).length === 0) {
    findings.add(at, 'RATES_EMPTY', 'a price without rates would make every call unpriced; state "0" for what is free');
  }
  return rates;
}

function readRate(value: unknown, at: string, findings: Findings): Rate | undefined {
  const raw = findings.object(value, at, ['price', 'per']);
  if (raw === undefined) return undefined;
  const price = readPrice(raw['price'], `${at}.price`, findings);
  const per = raw['per'];
  if (typeof per !== 'number' || !Number.isInteger(per) || per < 1 || per > PER_MAX) {
    return findings.add(`${at}.per`, 'PER_INVALID', `${show(per)} is not a whole number from 1 to ${PER_MAX}`);
  }
  return price === undefined ? undefined : { price, per };
}

function readPrice(value: unknown, at: string, findings: Findings): string | undefined {
  if (typeof value === 'number') {
    return findings.add(at, 'RATE_NUMBER', `${value} is a number; write the decimal as a text: "${value}"`);
  }
  if (typeof value !== 'string')
    return findings.add(at, 'RATE_FORMAT', `${show(value)} is not a decimal text such as "1.25"`);
  if (value.startsWith('-')) {
    return findings.add(at, 'RATE_NEGATIVE', `"${value}" is below zero; a discount is not a negative price`);
  }
  return (
    (/[eE]/.test(value) ? undefined : canonicalDecimal(value)) ??
    findings.add(at, 'RATE_FORMAT', `${show(value)} is not a plain decimal such as "1.25": digits and one point`)
  );
}

function readTiers(value: unknown, at: string, findings: Findings): ContextTier[] {
  if (value === undefined) return [];
  const tiers: ContextTier[] = [];
  for (const [index, entry] of (findings.array(value, at) ?? []).entries()) {
    const tier = readTier(entry, `${at}[${index}]`, findings);
    if (tier === undefined) continue;
    const previous = tiers.at(-1);
    if (previous !== undefined && (previous.meter !== tier.meter || previous.threshold >= tier.threshold)) {
      findings.add(
        `${at}[${index}]`,
        'TIER_ORDER',
        'tiers of one price use one meter and rising thresholds; reorder them',
      );
    }
    tiers.push(tier);
  }
  return tiers;
}

function readTier(value: unknown, at: string, findings: Findings): ContextTier | undefined {
  const raw = findings.object(value, at, ['meter', 'op', 'threshold', 'rates']);
  if (raw === undefined) return undefined;
  const { meter, op, threshold } = raw;
  const rates = readRates(raw['rates'], `${at}.rates`, findings);
  if (typeof meter !== 'string' || !isMeter(meter)) {
    return findings.add(`${at}.meter`, 'METER_UNKNOWN', `${show(meter)} is not a meter; most tiers use "input_tokens"`);
  }
  if (!isOneOf(op, TIER_OPERATORS)) {
    return findings.add(`${at}.op`, 'OPERATOR_UNKNOWN', `${show(op)} is not one of ${TIER_OPERATORS.join(' ')}`);
  }
  if (typeof threshold !== 'number' || !Number.isSafeInteger(threshold) || threshold < 0) {
    return findings.add(`${at}.threshold`, 'THRESHOLD_INVALID', `${show(threshold)} is not a whole number ≥ 0`);
  }
  return rates === undefined ? undefined : { meter, op: op as TierOperator, threshold, rates };
}

function readWindows(value: unknown, at: string, findings: Findings): PriceWindow[] {
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
  const raw = findings.object(value, at, ['start', 'end', 'zone', 'days', 'rates', 'tiers']);
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
  if (zone !== undefined && (typeof zone !== 'string' || !isZone(zone))) {
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

function isOneOf<T extends string>(value: unknown, list: readonly T[]): value is T {
  return (list as readonly unknown[]).includes(value);
}
