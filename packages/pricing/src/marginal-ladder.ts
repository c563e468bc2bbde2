import { isPartOf, type Meter } from '@costspan/usage';
import type { ContextTier, Rates } from './card.ts';
import { type Charge, type ClassFactor, compileCharges } from './charge.ts';
import { shiftDecimal } from './decimal.ts';
import { facetsOf, indexOfMeter } from './meter-table.ts';
import { PROMPT } from './prompt-size.ts';

/** Rates of which every unit has the price of its own place: the first 128 000 tokens one, those after them another. */
export interface MarginalLadder {
  /** Meters that stand in one row, in the order in which their units count. */
  readonly row: readonly number[];
  /** The units are those of a prompt. */
  readonly isOfPrompt: boolean;
  /** By rising threshold. Each holds all rates of the row, those that it leaves as they were included. */
  readonly steps: readonly MarginalStep[];
}

interface MarginalStep {
  readonly threshold: number;
  readonly charges: readonly Charge[];
}

/** Units of one charge, between two thresholds. */
export interface Piece {
  readonly charge: Charge;
  readonly quantity: number;
  /** The threshold they are above; 0 for those before the first. */
  readonly above: number;
}

/**
 * The units that the tiers' meter counts stand in a row, as the model takes them: what is read from a cache is the beginning
 * of a prompt, what is written to one follows, then the rest; reasoning comes before the answer. Else the order of `METERS`.
 */
export function compileMarginal(
  charges: readonly Charge[],
  rates: Rates,
  tiers: readonly ContextTier[],
  factors: readonly ClassFactor[],
): MarginalLadder {
  const [first] = tiers as readonly [ContextTier, ...ContextTier[]];
  const row = charges
    .map(({ meter }) => meter)
    .filter((meter) => isPartOf(meter, first.meter))
    .sort((a, b) => placeOf(a) - placeOf(b));
  let current = rates;
  return {
    row: row.map(indexOfMeter),
    isOfPrompt: row.map(indexOfMeter).includes(PROMPT),
    steps: tiers.map((tier) => {
      current = { ...current, ...tier.rates };
      const inRow = Object.fromEntries(row.map((meter) => [meter, current[meter]])) as Rates;
      return { threshold: tier.threshold, charges: compileCharges(inRow, factors) };
    }),
  };
}

/**
 * False where the counts are the sum of several prompts of which none leaves the first step. Where prompts do, nobody says how many
 * units of each stand on which step: all are put in one row, which charges no less where steps rise, and the cost is `partial`.
 */
export function isClimbed({ isOfPrompt, steps }: MarginalLadder, prompt: number | undefined): boolean {
  return !isOfPrompt || prompt === undefined || prompt > (steps[0]?.threshold ?? 0);
}

/** The pieces of every charge of a plan, in the order of its lines. `quantityOf` gives what is charged. */
export function piecesOf(
  charges: readonly Charge[],
  { row, steps }: MarginalLadder,
  quantityOf: (charge: Charge) => number,
): Piece[] {
  const pieces: Piece[] = [];
  const starts = new Map<number, number>();
  let at = 0;
  for (const index of row) {
    const charge = charges.find((one) => one.index === index) as Charge;
    starts.set(index, at);
    at += quantityOf(charge);
  }
  for (const charge of charges) {
    const quantity = quantityOf(charge);
    const start = starts.get(charge.index);
    if (quantity === 0) continue;
    if (start === undefined) {
      pieces.push({ charge, quantity, above: 0 });
      continue;
    }
    const end = start + quantity;
    const bounds = [0, ...steps.map(({ threshold }) => threshold), Number.POSITIVE_INFINITY];
    for (let step = 0; step + 1 < bounds.length; step += 1) {
      const above = bounds[step] as number;
      const from = Math.max(start, above);
      const to = Math.min(end, bounds[step + 1] as number);
      if (to <= from) continue;
      const own = step === 0 ? charge : steps[step - 1]?.charges.find(({ index }) => index === charge.index);
      pieces.push({ charge: own as Charge, quantity: difference(to, from), above });
    }
  }
  return pieces;
}

/** Of what a lower number counts first. */
function placeOf(meter: Meter): number {
  const facets = facetsOf(meter);
  const group = facets?.cache === 'read' ? 0 : facets?.cache === 'write' ? 1 : facets?.kind === 'reasoning' ? 2 : 3;
  return group * 1000 + indexOfMeter(meter);
}

/** Exact in decimal: 10.3 seconds less 10 are 0.3, which doubles miss. */
function difference(a: number, b: number): number {
  if (Number.isInteger(a) && Number.isInteger(b)) return a - b;
  const places = Math.max(decimalsOf(a), decimalsOf(b));
  const [left, right] = [scaled(a, places), scaled(b, places)];
  return Number(shiftDecimal(String(left - right), -places));
}

function scaled(value: number, places: number): bigint {
  return BigInt(shiftDecimal(String(value), places) ?? '0');
}

function decimalsOf(value: number): number {
  const [, fraction = ''] = (shiftDecimal(String(value), 0) ?? '0').split('.');
  return fraction.length;
}
