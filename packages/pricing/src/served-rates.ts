import type { PricingContext } from '@costspan/usage';
import {
  CONTEXT_AXES,
  type ContextAxis,
  type ContextCell,
  type ContextMultiplier,
  type ContextValues,
  type RateSet,
} from './card.ts';
import type { Charge, ClassFactor } from './charge.ts';
import { type AxisTable, axisTables, STANDARD_CODE, UNKNOWN_CODE } from './context-axes.ts';
import type { CostCard } from './cost.ts';
import { COST_CLASSES, type CostClass } from './cost-by-class.ts';
import { isTokenMeter } from './meter-table.ts';
import { compileLadder, type RateLadder } from './rate-ladder.ts';

/** The rates that hold for one call, and what the card does not say about the way in which it was served. */
export interface ServedLadder {
  readonly ladder: RateLadder;
  /** The cell that stated the rates. */
  readonly cell: ContextCell | undefined;
  /** `context_unpriced:<axis>`: the plain price was taken for this axis. */
  readonly gap: string | undefined;
}

/** One axis on which a call was served in some way, and what settled its price. */
export interface ServedAxis {
  readonly axis: ContextAxis;
  readonly value: string;
  /** `nothing`: the card does not price it. `plain`: the plain rates are for it, or the card does not judge the axis. */
  readonly settledBy: 'cell' | 'multiplier' | 'plain' | 'nothing';
}

/** What holds for every rate set of a period. */
export interface RateTerms {
  /** The card and the layer that decided its prices. */
  readonly card: CostCard;
  readonly multipliers: readonly ContextMultiplier[];
  readonly standard: ContextValues;
  /** Contract ratios. They come after the multipliers of the context. */
  readonly adjustments: readonly ClassFactor[];
  readonly fees: readonly Charge[];
}

type AxisValues = { [A in ContextAxis]?: string };

const TOKEN_CLASSES: readonly CostClass[] = COST_CLASSES.filter((name) => name !== 'other');

/**
 * The rates of a period or a window for every way of being served. A way is compiled when the first call comes by it; there
 * are only as many as the card names values.
 */
export class ServedRates {
  readonly plain: ServedLadder;
  readonly set: RateSet;
  readonly terms: RateTerms;
  private readonly ways = new Map<number, ServedLadder>();
  private axes: readonly AxisTable[] | undefined;

  constructor(set: RateSet, terms: RateTerms) {
    this.set = set;
    this.terms = terms;
    this.plain = {
      ladder: compileLadder(set.rates, set.tiers ?? [], terms.adjustments, terms.fees),
      cell: undefined,
      gap: undefined,
    };
  }

  for(context: PricingContext | undefined): ServedLadder {
    if (context === undefined || isPlain(context)) return this.plain;
    this.axes ??= axisTables(this.set, this.terms);
    let key = 0;
    for (const axis of this.axes) key = key * axis.codes + axis.codeOf(context);
    if (key === 0) return this.plain;
    let way = this.ways.get(key);
    if (way === undefined) {
      way = this.compile(this.axes, context);
      this.ways.set(key, way);
    }
    return way;
  }

  /** What settled each axis that the call states. */
  axesOf(context: PricingContext = {}): ServedAxis[] {
    const { cell } = this.for(context);
    return axisTables(this.set, this.terms).flatMap((axis): ServedAxis[] => {
      const { name } = axis;
      const stated = context[name];
      const code = axis.codeOf(context);
      if (stated === undefined && code === STANDARD_CODE) return [];
      const value = String(stated ?? true);
      if (code === STANDARD_CODE) return [{ axis: name, value, settledBy: 'plain' }];
      const isPriced =
        code !== UNKNOWN_CODE && this.terms.multipliers.some(({ when }) => when[name]?.includes(axis.valueOf(code)));
      const settledBy = cell?.when[name] !== undefined ? 'cell' : isPriced ? 'multiplier' : 'nothing';
      return [{ axis: name, value, settledBy }];
    });
  }

  private compile(axes: readonly AxisTable[], context: PricingContext): ServedLadder {
    const values: AxisValues = {};
    let gap: string | undefined;
    for (const axis of axes) {
      const code = axis.codeOf(context);
      if (code === UNKNOWN_CODE) gap ??= `context_unpriced:${axis.name}`;
      else if (code !== STANDARD_CODE) values[axis.name] = axis.valueOf(code);
    }
    const cell = bestCell(this.set.cells ?? [], values);
    const factors: ClassFactor[] = [];
    for (const name of CONTEXT_AXES) {
      const value = values[name];
      if (value === undefined || cell?.when[name] !== undefined) continue;
      const own = this.terms.multipliers.filter(({ when }) => when[name]?.includes(value));
      if (own.length === 0) gap ??= `context_unpriced:${name}`;
      const label = name === 'batch' ? name : `${name}:${value}`;
      factors.push(...own.map(({ factor, classes = TOKEN_CLASSES }) => ({ name: label, factor, classes })));
    }
    factors.push(...this.terms.adjustments);
    const ladder =
      cell === undefined
        ? compileLadder(this.set.rates, this.set.tiers ?? [], factors, this.terms.fees)
        : compileLadder({ ...servicesOf(this.set), ...cell.rates }, cell.tiers ?? [], factors, this.terms.fees);
    return { ladder, cell, gap };
  }
}

function isPlain(context: PricingContext): boolean {
  return (
    context.service_tier === undefined &&
    context.batch === undefined &&
    context.speed === undefined &&
    context.region === undefined &&
    context.variant === undefined
  );
}

/** Of the cells that fit, the one with most axes; of several, the one whose axes stand first in `CONTEXT_AXES`. */
function bestCell(cells: readonly ContextCell[], values: AxisValues): ContextCell | undefined {
  const weight = ({ when }: ContextCell) =>
    CONTEXT_AXES.reduce((sum, axis, at) => sum + (when[axis] === undefined ? 0 : 100 - at), 0);
  return cells
    .filter(({ when }) =>
      CONTEXT_AXES.every((axis) => {
        const wanted = when[axis];
        const value = values[axis];
        return wanted === undefined || (value !== undefined && wanted.includes(value));
      }),
    )
    .sort((a, b) => weight(b) - weight(a))[0];
}

function servicesOf({ rates }: RateSet): RateSet['rates'] {
  return Object.fromEntries(Object.entries(rates).filter(([meter]) => !isTokenMeter(meter)));
}
