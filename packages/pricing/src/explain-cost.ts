import { type CardSource, type ContextTier, MARGINAL, type PriceWindow, type TermScope } from './card.ts';
import { periodAt, windowAt } from './compile-card.ts';
import type { PricingRequest } from './cost.ts';
import { costOf } from './cost-of.ts';
import { type CostJson, costToJson } from './cost-to-json.ts';
import { daysSince, instantOr } from './instant.ts';
import { indexOfMeter } from './meter-table.ts';
import type { PriceBook } from './price-book.ts';
import { PROMPT, promptSize } from './prompt-size.ts';
import { planFor } from './rate-ladder.ts';
import { type ResolvedCall, resolveCall } from './resolve-call.ts';
import type { ServedAxis } from './served-rates.ts';
import { SettledCounts } from './settle-counts.ts';

/** How a cost came about. JSON as it stands; `null` for what does not apply. */
export interface CostExplanation {
  readonly cost: CostJson;
  readonly bookVersion: string;
  /** The provider as it was named, and as the catalogue calls it. */
  readonly provider: { readonly asked: string; readonly id: string | null };
  readonly model: {
    readonly asked: string | null;
    /** The name that a card carries. */
    readonly name: string | null;
    /** The rules that led from one to the other, in their order. */
    readonly rules: readonly string[];
  };
  /** Everything that made the price, lowest first: the card, then overrides and ratios. */
  readonly layers: readonly PriceLayer[];
  readonly period: { readonly from: string | null; readonly to: string | null } | null;
  readonly window: Pick<PriceWindow, 'start' | 'end' | 'zone' | 'days'> | null;
  /** The highest tier that the call reached. */
  readonly tier: Pick<ContextTier, 'meter' | 'mode' | 'op' | 'threshold'> | null;
  /** The axes on which the call was served in some way, and what settled each. */
  readonly context: readonly ServedAxis[];
  /** How the resale price came about, where the book has resale prices. */
  readonly resale: CostExplanation | null;
}

export interface ExplainOptions {
  /** Now, in microseconds since 1970 UTC: without it no layer has an age. */
  readonly nowUs?: number;
}

export interface PriceLayer {
  readonly layer: string;
  readonly version: string;
  readonly what: 'card' | 'override' | 'adjustment';
  readonly name: string;
  readonly source: CardSource | null;
  /** Days since somebody read the price there; `null` when nobody knows. */
  readonly ageDays: number | null;
}

/** The cost of a call with everything that decided it. Slower than `costOf`, and equal to it. */
export function explainCost(book: PriceBook, request: PricingRequest, options: ExplainOptions = {}): CostExplanation {
  const call = resolveCall(book, request);
  const found = typeof call === 'string' ? undefined : call;
  return {
    cost: costToJson(costOf(book, request)),
    bookVersion: book.version,
    provider: { asked: request.provider, id: book.provider(request.provider)?.id ?? null },
    model: {
      asked: request.model ?? null,
      name: found?.resolution.name ?? null,
      rules: found?.resolution.rules ?? [],
    },
    layers:
      found === undefined
        ? []
        : layersOf(found, request).map((layer) => ({ ...layer, ageDays: ageOf(layer, options) })),
    ...placeOf(found, request),
    resale: book.resale === undefined ? null : explainCost(book.resale, request, options),
  };
}

function ageOf({ source }: Pick<PriceLayer, 'source'>, { nowUs }: ExplainOptions): number | null {
  return source?.read === undefined || nowUs === undefined ? null : daysSince(source.read, nowUs);
}

function layersOf({ resolution: { target } }: ResolvedCall, request: PricingRequest): Omit<PriceLayer, 'ageDays'>[] {
  const { customer } = request;
  const deployment = (request.deployment ?? request.model)?.toLowerCase();
  const { card, layer } = target;
  const base = {
    layer: layer.file.layer,
    version: layer.file.version,
    what: 'card' as const,
    name: `${card.provider}/${card.model}`,
    source: card.source,
  };
  const amended = (card.amended ?? []).map((source) => ({ ...base, what: 'override' as const, source }));
  return [
    base,
    ...amended,
    ...target
      .overrides(deployment, customer)
      .filter(({ term }) => holdsAt(term, request.atUs))
      .map(({ term, layer: { file } }) => ({
        layer: file.layer,
        version: file.version,
        what: 'override' as const,
        name: term.models?.join(', ') ?? '*',
        source: term.source,
      })),
    ...target
      .adjustments(deployment, customer)
      .filter(({ term }) => holdsAt(term, request.atUs))
      .map(({ term, layer: { file } }) => ({
        layer: file.layer,
        version: file.version,
        what: 'adjustment' as const,
        name:
          term.ratio === undefined
            ? `${term.name} + ${Object.keys(term.fees ?? {}).join(', ')}`
            : `${term.name} ×${term.ratio}`,
        source: null,
      })),
  ];
}

function holdsAt({ from, to }: Pick<TermScope, 'from' | 'to'>, atUs: number): boolean {
  return instantOr(from, Number.NEGATIVE_INFINITY) <= atUs && atUs < instantOr(to, Number.POSITIVE_INFINITY);
}

type Place = Pick<CostExplanation, 'period' | 'window' | 'tier' | 'context'>;

const NOWHERE: Place = { period: null, window: null, tier: null, context: [] };

function placeOf(found: ResolvedCall | undefined, { atUs, usage }: PricingRequest): Place {
  const period = found === undefined ? undefined : periodAt(found.card, atUs);
  if (found === undefined || period === undefined) return NOWHERE;
  const window = windowAt(period, atUs);
  const prices = (window ?? period).prices;
  const served = prices.for(found.context);
  const counts = new SettledCounts();
  if (usage) counts.read(usage.meters);
  const plan = planFor(served.ladder, counts.counts, promptSize(found.context));
  const tiers: readonly ContextTier[] = (served.cell === undefined ? prices.set.tiers : served.cell.tiers) ?? [];
  const tier =
    tiers[served.ladder.tiers.findIndex((each) => each.plan === plan)] ??
    stepOf(tiers, counts, promptSize(found.context));
  return {
    period: { from: period.source.from ?? null, to: period.source.to ?? null },
    window: window === undefined ? null : timesOf(window.source),
    tier: tier === undefined ? null : tierOf(tier),
    context: prices.axesOf(found.context),
  };
}

/** The highest step of a ladder that some unit stands on. */
function stepOf(
  tiers: readonly ContextTier[],
  { counts }: SettledCounts,
  prompt: number | undefined,
): ContextTier | undefined {
  const sizeOf = (index: number) => (index === PROMPT ? (prompt ?? counts[index]) : counts[index]) as number;
  return tiers.findLast(({ mode, meter, threshold }) => mode === MARGINAL && sizeOf(indexOfMeter(meter)) > threshold);
}

function tierOf({ meter, mode, op, threshold }: ContextTier): CostExplanation['tier'] {
  return { meter, ...(mode === undefined ? {} : { mode }), op, threshold };
}

function timesOf({ start, end, zone, days }: PriceWindow): CostExplanation['window'] {
  return { start, end, ...(zone === undefined ? {} : { zone }), ...(days === undefined ? {} : { days }) };
}
