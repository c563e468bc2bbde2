import { METER_NAMES, type Meter } from '@costspan/usage';
import type { ContextTier, PricePeriod, PriceWindow, Rate, RateSet, Rates } from '../card.ts';
import { type Findings, isObject, show } from '../findings.ts';
import { isDay, parseTime } from '../instant.ts';
import { numberText } from './exact-json.ts';
import { GENAI_PRICE_KEYS } from './genai-price-keys.ts';

export interface GenaiReading {
  readonly at: string;
  readonly findings: Findings;
  /** The exact rate that a price for `per` units stands for; `undefined` refuses it. */
  readonly rate: (price: unknown, per: number) => Rate | undefined;
  /**
   * Times of day that stand after a dated entry hold from that date on. Without it they hold always, which is what the source
   * computes and, for all entries that exist, not what it means.
   */
  readonly windowsFollowDates?: boolean;
}

/**
 * Periods that price like a genai-prices entry: one price object, or a list of which the last entry that holds wins. An entry
 * holds always, from a date on, or between two times of day.
 */
export function genaiPeriods(prices: unknown, reading: GenaiReading): PricePeriod[] {
  if (!Array.isArray(prices)) {
    const set = rateSet(prices, reading);
    return set === undefined ? [] : [set];
  }
  const entries: Entry[] = [];
  for (const [index, raw] of prices.entries()) {
    const since =
      reading.windowsFollowDates === true ? entries.findLast(({ kind }) => kind === 'from')?.since : undefined;
    const entry = readEntry(raw, since, { ...reading, at: `${reading.at}[${index}]` });
    if (entry !== undefined) entries.push(entry);
  }
  const dates = [...new Set(entries.flatMap(({ since }) => since ?? []))].sort();
  return [undefined, ...dates].flatMap((from, index) => {
    const holding = entries.filter(({ since }) => since === undefined || (from !== undefined && since <= from));
    const winner = holding.findLastIndex((entry) => entry.kind !== 'window');
    const base = holding[winner];
    const windows = windowsOf(holding.slice(winner + 1));
    if (base === undefined) {
      if (windows.length > 0) {
        reading.findings.add(
          reading.at,
          'PRICE_MISSING',
          'prices for some times of day without a price for the rest; left out',
        );
      }
      return [];
    }
    const to = dates[index];
    return [
      {
        ...(from === undefined ? {} : { from: midnight(from) }),
        ...(to === undefined ? {} : { to: midnight(to) }),
        ...base.set,
        ...(windows.length === 0 ? {} : { windows }),
      },
    ];
  });
}

interface Entry {
  readonly kind: 'always' | 'from' | 'window';
  /** The first day on which it holds. */
  readonly since: string | undefined;
  /** Minutes of the day, for a window. */
  readonly start: number;
  readonly end: number;
  readonly set: RateSet;
}

function readEntry(value: unknown, since: string | undefined, reading: GenaiReading): Entry | undefined {
  const { at, findings } = reading;
  const raw = findings.object(value, at, ['constraint', 'prices']);
  if (raw === undefined) return undefined;
  const set = rateSet(raw['prices'], { ...reading, at: `${at}.prices` });
  if (set === undefined) return undefined;
  const constraint = raw['constraint'];
  if (constraint === undefined || constraint === null)
    return { kind: 'always', since: undefined, start: 0, end: 0, set };
  if (isObject(constraint)) {
    const { start_date: date, start_time: from, end_time: to } = constraint;
    if (typeof date === 'string' && isDay(date)) return { kind: 'from', since: date, start: 0, end: 0, set };
    const start = utcMinutes(from);
    const end = utcMinutes(to);
    if (start !== undefined && end !== undefined) return { kind: 'window', since, start, end, set };
  }
  return findings.add(
    `${at}.constraint`,
    'CONSTRAINT_UNKNOWN',
    `${JSON.stringify(constraint)} is not understood; the price was left out`,
  );
}

const UTC_TIME = /^(\d{2}:\d{2}):00(?:Z|\+00:00)?$/;

function utcMinutes(value: unknown): number | undefined {
  const time = typeof value === 'string' ? UTC_TIME.exec(value)?.[1] : undefined;
  return time === undefined ? undefined : parseTime(time);
}

const MINUTES_PER_DAY = 1440;

/** Windows that do not overlap: at each minute of the day the last entry that holds. */
function windowsOf(entries: readonly Entry[]): PriceWindow[] {
  const minutes: (Entry | undefined)[] = new Array(MINUTES_PER_DAY).fill(undefined);
  for (const entry of entries) {
    if (entry.kind !== 'window') continue;
    const length = (entry.end - entry.start + MINUTES_PER_DAY) % MINUTES_PER_DAY;
    for (let offset = 0; offset < length; offset += 1) minutes[(entry.start + offset) % MINUTES_PER_DAY] = entry;
  }
  const windows: PriceWindow[] = [];
  let start = 0;
  for (let minute = 1; minute <= MINUTES_PER_DAY; minute += 1) {
    const entry = minutes[start];
    if (minute < MINUTES_PER_DAY && minutes[minute] === entry) continue;
    if (entry !== undefined) windows.push({ start: clock(start), end: clock(minute), ...entry.set });
    start = minute;
  }
  return windows;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function midnight(date: string): string {
  return `${date}T00:00:00Z`;
}

function rateSet(value: unknown, { at, findings, rate }: GenaiReading): RateSet | undefined {
  if (!isObject(value)) return findings.add(at, 'PRICES_EXPECTED', `${show(value)} is not a price object`);
  const rates: { [M in Meter]?: Rate } = {};
  const tiers = new Map<number, { [M in Meter]?: Rate }>();
  for (const [key, price] of Object.entries(value)) {
    if (price === undefined || price === null) continue;
    const known = GENAI_PRICE_KEYS.get(key);
    if (known === undefined) {
      findings.add(
        `${at}.${key}`,
        'PRICE_KEY_UNKNOWN',
        `no meter counts what ${JSON.stringify(price)} is the price of; it was left out`,
      );
      continue;
    }
    const base = isTiered(price) ? price.base : price;
    const own = rate(base, known.per);
    if (own === undefined) {
      findings.add(`${at}.${key}`, 'PRICE_REFUSED', `${show(base)} is not a price; it was left out`);
      continue;
    }
    const other = rates[known.meter];
    if (other !== undefined) {
      // Audio by the hour is stated twice, under the name of the unit and under that of its direction.
      if (other.price !== own.price) {
        findings.add(
          `${at}.${key}`,
          'METER_DUPLICATE',
          `${known.meter} costs ${other.price} already; ${own.price} was left out`,
        );
      }
      continue;
    }
    rates[known.meter] = own;
    for (const tier of isTiered(price) ? price.tiers : []) {
      const start = Number(numberText(tier.start));
      const tierRate = rate(tier.price, known.per);
      if (!Number.isSafeInteger(start) || tierRate === undefined) {
        findings.add(`${at}.${key}.tiers`, 'PRICE_REFUSED', `${JSON.stringify(tier)} is not a tier; it was left out`);
        continue;
      }
      tiers.set(start, { ...tiers.get(start), [known.meter]: tierRate });
    }
  }
  if (Object.keys(rates).length === 0) return undefined;
  const list = [...tiers].sort(([a], [b]) => a - b).map(([start, own]) => contextTier(start, inOrder(own)));
  return { rates: inOrder(rates), ...(list.length === 0 ? {} : { tiers: list }) };
}

interface TieredPrice {
  readonly base: unknown;
  readonly tiers: readonly { readonly start: unknown; readonly price: unknown }[];
}

function isTiered(price: unknown): price is TieredPrice {
  return isObject(price) && 'base' in price && Array.isArray(price['tiers']);
}

/** The source has one operator, `>`, and writes "from 200,000 on" as 199,999. */
function contextTier(start: number, rates: Rates): ContextTier {
  return start % 1000 === 999
    ? { meter: 'input_tokens', op: '>=', threshold: start + 1, rates }
    : { meter: 'input_tokens', op: '>', threshold: start, rates };
}

function inOrder(rates: Rates): Rates {
  return Object.fromEntries(
    METER_NAMES.flatMap((meter) => (rates[meter] === undefined ? [] : [[meter, rates[meter]]])),
  );
}
