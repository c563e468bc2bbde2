import type { RateSet } from './card.ts';
import type { Findings, JsonObject } from './findings.ts';
import { readCells } from './parse-contexts.ts';
import { checkLadder, readRates, readTiers } from './parse-rates.ts';

/** The rates, tiers and cells of a period or window. Without plain rates only where cells have some. */
export function readRateSet(raw: JsonObject, at: string, findings: Findings): RateSet | undefined {
  const cells = readCells(raw['cells'], `${at}.cells`, findings);
  const rates = readRates(raw['rates'], `${at}.rates`, findings, cells.length > 0);
  const tiers = readTiers(raw['tiers'], `${at}.tiers`, findings);
  if (rates === undefined) return undefined;
  checkLadder(rates, tiers, raw['tiers'], `${at}.tiers`, findings);
  return { rates, ...(tiers.length === 0 ? {} : { tiers }), ...(cells.length === 0 ? {} : { cells }) };
}
