import { isMeter, isPartOf, METER_NAMES, type Meter } from '@costspan/usage';
import { type ContextTier, MARGINAL, type Rate, type Rates, TIER_OPERATORS, type TierOperator } from './card.ts';
import { canonicalDecimal } from './decimal.ts';
import { type Findings, isObject, isOneOf, type JsonObject, show } from './findings.ts';

const PER_MAX = 1_000_000_000_000;
/** Largest step or minimum of a rate: small enough that a rounded count stays exact. */
const UNITS_MAX = 1_000_000;
/** The mode of a tier that states none. */
const CLIFF = 'cliff';
/** The size of a prompt may lead to a price that nobody states. */
const PROMPT_METER = 'input_tokens';

/** `allowEmpty` where something else beside the rates can hold prices. */
export function readRates(value: unknown, at: string, findings: Findings, allowEmpty = false): Rates | undefined {
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
  if (Object.keys(value).length === 0 && !allowEmpty) {
    findings.add(at, 'RATES_EMPTY', 'a price without rates would make every call unpriced; state "0" for what is free');
  }
  return rates;
}

function readRate(value: unknown, at: string, findings: Findings): Rate | undefined {
  const raw = findings.object(value, at, ['price', 'per', 'increment', 'minimum']);
  if (raw === undefined) return undefined;
  const price = readDecimal(raw['price'], `${at}.price`, findings);
  const increment = readUnits(raw, 'increment', at, findings);
  const minimum = readUnits(raw, 'minimum', at, findings);
  const per = raw['per'];
  if (typeof per !== 'number' || !Number.isInteger(per) || per < 1 || per > PER_MAX) {
    return findings.add(`${at}.per`, 'PER_INVALID', `${show(per)} is not a whole number from 1 to ${PER_MAX}`);
  }
  if (price === undefined) return undefined;
  return {
    price,
    per,
    ...(increment === undefined ? {} : { increment }),
    ...(minimum === undefined ? {} : { minimum }),
  };
}

function readUnits(
  raw: JsonObject,
  field: 'increment' | 'minimum',
  at: string,
  findings: Findings,
): number | undefined {
  const value = raw[field];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= UNITS_MAX) return value;
  return findings.add(`${at}.${field}`, 'UNITS_INVALID', `${show(value)} is not a whole number from 1 to ${UNITS_MAX}`);
}

/** A plain decimal ≥ 0 as its shortest text. */
export function readDecimal(value: unknown, at: string, findings: Findings): string | undefined {
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

export function readTiers(value: unknown, at: string, findings: Findings): ContextTier[] {
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
    if (previous !== undefined && previous.mode !== tier.mode) {
      findings.add(
        `${at}[${index}].mode`,
        'TIER_MODE',
        'tiers of one price are all cliffs or all marginal; give all of them one mode',
      );
    }
    tiers.push(tier);
  }
  return tiers;
}

function readTier(value: unknown, at: string, findings: Findings): ContextTier | undefined {
  const raw = findings.object(value, at, ['meter', 'mode', 'op', 'threshold', 'rates']);
  if (raw === undefined) return undefined;
  const { meter, mode = CLIFF, op, threshold } = raw;
  const rates = readRates(raw['rates'], `${at}.rates`, findings, meter === PROMPT_METER && mode === CLIFF);
  if (typeof meter !== 'string' || !isMeter(meter)) {
    return findings.add(`${at}.meter`, 'METER_UNKNOWN', `${show(meter)} is not a meter; most tiers use "input_tokens"`);
  }
  if (!isOneOf(op, TIER_OPERATORS)) {
    return findings.add(`${at}.op`, 'OPERATOR_UNKNOWN', `${show(op)} is not one of ${TIER_OPERATORS.join(' ')}`);
  }
  if (typeof threshold !== 'number' || !Number.isSafeInteger(threshold) || threshold < 0) {
    return findings.add(`${at}.threshold`, 'THRESHOLD_INVALID', `${show(threshold)} is not a whole number ≥ 0`);
  }
  if (mode !== CLIFF && mode !== MARGINAL) {
    return findings.add(`${at}.mode`, 'MODE_UNKNOWN', `${show(mode)} is not one of ${CLIFF} ${MARGINAL}`);
  }
  if (rates === undefined) return undefined;
  const tier = { meter, op: op as TierOperator, threshold, rates };
  if (mode === CLIFF) return tier;
  checkStep(tier, at, findings);
  return { meter, mode, op: tier.op, threshold, rates };
}

/** What would have no meaning for units that stand in a row. */
function checkStep({ meter, op, rates }: ContextTier, at: string, findings: Findings): void {
  if (op !== '>') findings.add(`${at}.op`, 'OPERATOR_MARGINAL', 'a marginal tier charges the units above; write ">"');
  for (const [name, rate] of Object.entries(rates) as [Meter, Rate][]) {
    if (!isPartOf(name, meter)) {
      findings.add(
        `${at}.rates.${name}`,
        'METER_OUTSIDE',
        `"${name}" is not counted by "${meter}"; a marginal tier prices only what its meter counts`,
      );
    }
    if (rate.increment !== undefined || rate.minimum !== undefined) {
      findings.add(`${at}.rates.${name}`, 'UNITS_MARGINAL', 'an increment or a minimum stands on the plain rate alone');
    }
  }
}

/**
 * A marginal tier restates what the plain rates state: without a price for the first units there is none for the rest. Looked at
 * only when every tier could be read, since places count from the first.
 */
export function checkLadder(
  rates: Rates,
  tiers: readonly ContextTier[],
  raw: unknown,
  at: string,
  findings: Findings,
): void {
  if (!Array.isArray(raw) || raw.length !== tiers.length) return;
  for (const [index, { mode, rates: own }] of tiers.entries()) {
    if (mode !== MARGINAL) continue;
    for (const name of Object.keys(own)) {
      if (Object.hasOwn(rates, name)) continue;
      findings.add(
        `${at}[${index}].rates.${name}`,
        'RATE_FIRST',
        `the first units of "${name}" have no price; state it among the plain rates`,
      );
    }
  }
}
