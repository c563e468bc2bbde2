import { InvalidInputError } from '@costspan/usage';
import { versionOf } from './content-version.ts';
import { Findings, show } from './findings.ts';
import { FX_FORMAT, FX_TARGET, type FxFile, type FxRate } from './fx.ts';
import { instantOr } from './instant.ts';
import { readCurrency } from './parse-card-file.ts';
import { readInstant } from './parse-prices.ts';
import { readDecimal } from './parse-rates.ts';
import { readSource } from './parse-source.ts';

const RATES_MAX = 1_000_000;

/**
 * Reads the contents of a file of exchange rates (JSON already parsed). `name` is what errors call it.
 * @throws InvalidInputError `FX_INVALID` with every mistake: where, what, and what to do.
 */
export function parseFxFile(value: unknown, name: string): FxFile {
  const findings = new Findings();
  const file = readFile(value, findings);
  if (file === undefined || findings.list.length > 0) throw new InvalidInputError('FX_INVALID', name, findings.list);
  return file;
}

/** True for a value that says it is such a file. */
export function isFxFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === FX_FORMAT;
}

function readFile(value: unknown, findings: Findings): FxFile | undefined {
  const raw = findings.object(value, '$', ['format', 'version', 'rates']);
  if (raw === undefined) return undefined;
  if (raw['format'] !== FX_FORMAT) {
    findings.add('format', 'FORMAT_UNKNOWN', `${show(raw['format'])} is not "${FX_FORMAT}"`);
  }
  const list = findings.array(raw['rates'], 'rates') ?? [];
  if (list.length > RATES_MAX) {
    return findings.add('rates', 'RATES_COUNT', `there are ${list.length} rates; at most ${RATES_MAX} are read`);
  }
  const placed = list.flatMap((entry, index) => {
    const at = `rates[${index}]`;
    const rate = readRate(entry, at, findings);
    return rate === undefined ? [] : [{ rate, at }];
  });
  placed.sort((a, b) => compare(a.rate.currency, b.rate.currency) || startOf(a.rate) - startOf(b.rate));
  for (const [index, { rate, at }] of placed.entries()) {
    const before = placed[index - 1];
    if (
      before?.rate.currency === rate.currency &&
      startOf(rate) < instantOr(before.rate.to, Number.POSITIVE_INFINITY)
    ) {
      findings.add(at, 'PERIOD_OVERLAP', `it starts before ${before.at} ends; give ${before.at} a "to"`);
    }
  }
  const rates = placed.map(({ rate }) => rate);
  const version = versionOf(rates.map((rate) => JSON.stringify(rate)));
  if (raw['version'] !== undefined && raw['version'] !== version) {
    findings.add(
      'version',
      'VERSION_MISMATCH',
      `the rates are ${version}; remove "version" from a file edited by hand`,
    );
  }
  return { format: FX_FORMAT, version, rates };
}

function readRate(value: unknown, at: string, findings: Findings): FxRate | undefined {
  const raw = findings.object(value, at, ['currency', 'from', 'to', 'rate', 'source']);
  if (raw === undefined) return undefined;
  const currency = readCurrency(raw['currency'], `${at}.currency`, findings);
  if (currency === FX_TARGET) {
    findings.add(`${at}.currency`, 'CURRENCY_TARGET', `amounts are converted to ${FX_TARGET}; it needs no rate`);
  }
  const from = readInstant(raw, 'from', at, findings, Number.NEGATIVE_INFINITY);
  const to = readInstant(raw, 'to', at, findings, Number.POSITIVE_INFINITY);
  const rate = readDecimal(raw['rate'], `${at}.rate`, findings);
  const source = readSource(raw['source'], `${at}.source`, findings);
  if (rate !== undefined && /^[0.]+$/.test(rate)) {
    findings.add(
      `${at}.rate`,
      'RATE_ZERO',
      'a rate of zero would make every amount free; state what one unit is worth',
    );
  }
  if (from !== undefined && to !== undefined && from >= to) {
    findings.add(at, 'PERIOD_EMPTY', `"from" ${raw['from']} is not before "to" ${raw['to']}; swap or remove one`);
  }
  if (currency === undefined || from === undefined || to === undefined) return undefined;
  if (rate === undefined || source === undefined) return undefined;
  return {
    currency,
    ...(raw['from'] === undefined ? {} : { from: raw['from'] as string }),
    ...(raw['to'] === undefined ? {} : { to: raw['to'] as string }),
    rate,
    source,
  };
}

function startOf({ from }: FxRate): number {
  return instantOr(from, Number.NEGATIVE_INFINITY);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
