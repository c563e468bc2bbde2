import type { CardFile } from './card.ts';
import { FX_TARGET, type FxFile } from './fx.ts';
import { daysSince, instantOr } from './instant.ts';
import type { LintFinding, LintOptions } from './lint-cards.ts';

/** A rate of exchange moves every day; a month is far. */
const STALE_DAYS = 31;

/** What looks wrong about exchange rates beside the cards that need them. */
export function lintFx(
  fx: FxFile,
  layers: readonly CardFile[],
  name: string,
  { nowUs }: LintOptions = {},
): LintFinding[] {
  const findings: LintFinding[] = [];
  const warn = (at: string, code: string, message: string) =>
    findings.push({ severity: 'warning', layer: name, at, code, message });
  const needed = new Set(layers.flatMap(({ cards }) => cards.map(({ currency }) => currency)));
  needed.delete(FX_TARGET);
  for (const currency of [...needed].sort()) {
    const own = fx.rates.filter((rate) => rate.currency === currency);
    if (own.length === 0) {
      warn('rates', 'FX_MISSING', `cards are in ${currency}, which has no rate; their calls stay in ${currency} alone`);
      continue;
    }
    for (const [index, { from }] of own.entries()) {
      const before = own[index - 1];
      if (before !== undefined && instantOr(before.to, 0) < instantOr(from, 0)) {
        warn(
          'rates',
          'FX_GAP',
          `${currency} has no rate from ${before.to} to ${from}; calls of that time are not converted`,
        );
      }
    }
    const last = own.at(-1);
    const read = last?.source.read;
    const ageDays = read === undefined || nowUs === undefined ? 0 : daysSince(read, nowUs);
    if (nowUs !== undefined && instantOr(last?.to, Number.POSITIVE_INFINITY) <= nowUs) {
      warn('rates', 'FX_ENDED', `the last rate of ${currency} ended ${last?.to}; add a later one`);
    } else if (ageDays > STALE_DAYS) {
      warn('rates', 'FX_STALE', `the last rate of ${currency} was read ${ageDays} days ago on ${read}; read it again`);
    }
  }
  return findings;
}
