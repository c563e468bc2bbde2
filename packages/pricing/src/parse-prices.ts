import type { PricePeriod } from './card.ts';
import { type Findings, type JsonObject, show } from './findings.ts';
import { parseInstant } from './instant.ts';
import { readMultipliers, readStandard } from './parse-contexts.ts';
import { readRateSet } from './parse-rate-set.ts';
import { readWindows } from './parse-windows.ts';

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
  const raw = findings.object(value, at, [
    'from',
    'to',
    'rates',
    'tiers',
    'cells',
    'windows',
    'multipliers',
    'standard',
  ]);
  if (raw === undefined) return undefined;
  const fromUs = readInstant(raw, 'from', at, findings, Number.NEGATIVE_INFINITY);
  const toUs = readInstant(raw, 'to', at, findings, Number.POSITIVE_INFINITY);
  const set = readRateSet(raw, at, findings);
  const windows = readWindows(raw['windows'], `${at}.windows`, findings);
  const multipliers = readMultipliers(raw['multipliers'], `${at}.multipliers`, findings);
  const standard = readStandard(raw['standard'], `${at}.standard`, findings);
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
    ...(multipliers.length === 0 ? {} : { multipliers }),
    ...(standard === undefined ? {} : { standard }),
  };
  return { period, fromUs, toUs, at };
}

export function readInstant(
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
