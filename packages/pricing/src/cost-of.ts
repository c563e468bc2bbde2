import { type Atto, attoFromInteger, type ReportedCost, ZERO } from '@costspan/usage';
import type { Charge } from './charge.ts';
import { type CompiledCard, ratesAt } from './compile-card.ts';
import { amountIn, withConverted } from './convert-cost.ts';
import type { Cost, CostCard, CostLine, CostStatus, ModelMatch, PricingRequest } from './cost.ts';
import { divideHalfEven, parseDecimal, shiftDecimal } from './decimal.ts';
import { isInstant } from './local-time.ts';
import { isClimbed, type MarginalLadder, piecesOf } from './marginal-ladder.ts';
import { indexOfMeter, isTokenIndex, METER_COUNT, meterAt } from './meter-table.ts';
import type { PriceBook } from './price-book.ts';
import { PROMPT, promptSize } from './prompt-size.ts';
import { planFor } from './rate-ladder.ts';
import { type RatePlan, UNPRICED } from './rate-plan.ts';
import { resolveCall } from './resolve-call.ts';
import { NONE, SettledCounts } from './settle-counts.ts';

const CURRENCY = 'USD';
const REQUESTS = indexOfMeter('requests');

/** Working memory of the call being priced. Pricing is synchronous and keeps nothing, so one of each is enough. */
const settled = new SettledCounts();
const leaves = new Float64Array(METER_COUNT);
const quantities = new Float64Array(METER_COUNT);

/**
 * What one call cost: the card of its model, applied to its counts, at its instant, as it was served. Exact to 10⁻¹⁸. Never
 * throws; whatever is not known is said in `status` and `reason`, and an unknown total is `undefined`, never zero.
 *
 * A cost that the provider itself reported for the call is preferred, with what the cards say beside it in `computed`. A book
 * with contracts or resale prices states the list, contracted and resale amounts of the same call too.
 */
export function costOf(book: PriceBook, request: PricingRequest): Cost {
  const computed = computedCost(book, request);
  const reported = request.context?.reported_cost;
  const amount = reported === undefined ? undefined : reportedAmount(reported);
  const cost =
    reported === undefined || amount === undefined ? computed : providerReported(amount, reported.amount, computed);
  if (book.list === undefined && book.resale === undefined && book.fx === undefined) return cost;
  const priced = withPrices(book, request, cost, computed);
  return book.fx === undefined ? priced : withConverted(priced, book.fx, request.atUs);
}

/** List, contracted and resale amounts. One in another currency than the cost's stands here only where it can be converted to it. */
function withPrices(book: PriceBook, request: PricingRequest, cost: Cost, computed: Cost): Cost {
  const { list, resale, fx } = book;
  if (list === undefined && resale === undefined) return cost;
  const own = (one: Cost) => amountIn(cost.currency, one, fx, request.atUs);
  const listed = list === undefined ? computed : computedCost(list, request);
  const isSameCurrency = listed.total !== undefined && listed.currency === cost.currency;
  return {
    ...cost,
    list: own(listed),
    listLines: isSameCurrency ? listed.lines : undefined,
    contracted: own(computed),
    resale: resale === undefined ? undefined : own(computedCost(resale, request)),
  };
}

function computedCost(book: PriceBook, request: PricingRequest): Cost {
  const { usage } = request;
  if (!usage || usage.status === 'unavailable') return withoutTotal('usage_missing', 'usage_unavailable');
  if (!isInstant(request.atUs)) return withoutTotal('unpriced', 'instant_invalid');
  const call = resolveCall(book, request);
  if (typeof call === 'string') return withoutTotal('unpriced', call);
  const { resolution, card, context } = call;
  const prices = ratesAt(card, request.atUs);
  const found = { card: prices?.terms.card ?? card.card, currency: card.currency, match: resolution.match };
  if (prices === undefined) return withoutTotal('unpriced', periodReason(card), found);

  settled.read(usage.meters);
  if (settled.invalid !== NONE) {
    // A total of the other counts would pass for the whole.
    return withoutTotal('usage_missing', `count_invalid:${meterAt(settled.invalid)}`, found);
  }
  const served = prices.for(context);
  const prompt = promptSize(context);
  const plan = planFor(served.ladder, settled.counts, prompt);
  const problem = split(plan);
  const lines = linesOf(plan, prompt);
  if (lines.length === 0) {
    const unrated = settled.counts.findIndex((count) => count > 0);
    if (unrated !== NONE) return withoutTotal('unpriced', `rate_missing:${meterAt(unrated)}`, found);
  }
  if (plan.fees.length > 0) addFees(lines, plan.fees);
  const reason = problem ?? gapOf(plan) ?? (plan.free ? undefined : (served.gap ?? promptGap(plan, prompt)));
  const cost = {
    status: statusOf(reason, usage.status === 'estimated', plan.free),
    total: totalOf(lines),
    currency: found.currency,
    lines,
    card: found.card,
    match: found.match,
  };
  return reason === undefined ? cost : { ...cost, reason };
}

function statusOf(reason: string | undefined, estimated: boolean, free: boolean): CostStatus {
  if (settled.contradicted !== NONE) return 'inconsistent';
  if (reason !== undefined) return 'partial';
  if (free) return 'free';
  return estimated ? 'estimated' : 'priced';
}

/**
 * Gives every token to the most specific rate that covers it, once (inclusion–exclusion, parts before wholes), in
 * `quantities`. Returns the reason when the counts alone make the result doubtful.
 */
function split(plan: RatePlan): string | undefined {
  const { counts } = settled;
  for (const { index } of plan.charges) quantities[index] = 0;
  let overlap = NONE;
  for (const { index, owner, below } of plan.nodes) {
    let leaf = counts[index] as number;
    for (const part of below) leaf -= leaves[part] as number;
    if (leaf < 0) {
      overlap = index;
      shareOverlap(plan, below, -leaf);
      leaf = 0;
    }
    leaves[index] = leaf;
    if (owner !== UNPRICED) quantities[owner] = (quantities[owner] as number) + leaf;
  }
  if (settled.contradicted !== NONE) return `parts_exceed_whole:${meterAt(settled.contradicted)}`;
  if (settled.missing !== NONE) return `count_missing:${meterAt(settled.missing)}`;
  return overlap === NONE ? undefined : `overlap_unreported:${meterAt(overlap)}`;
}

/**
 * Parts of different kinds (900 audio tokens, 800 cached tokens of 1000) hold more than their whole: some tokens are both,
 * and nobody said how many. The fewest that must be both are taken from the parts with the lowest rates, so that each token
 * is charged once and the sum stays an upper bound of all ways to choose them.
 */
function shareOverlap(plan: RatePlan, below: readonly number[], surplus: number): void {
  let left = surplus;
  const parts = plan.nodes
    .filter(({ index }) => below.includes(index))
    .sort((a, b) => compareRates(plan, a.owner, b.owner));
  for (const { index, owner } of parts) {
    const taken = Math.min(left, leaves[index] as number);
    leaves[index] = (leaves[index] as number) - taken;
    quantities[owner] = (quantities[owner] as number) - taken;
    left -= taken;
  }
}

function compareRates(plan: RatePlan, a: number, b: number): number {
  const left = plan.charges.find(({ index }) => index === a) as Charge;
  const right = plan.charges.find(({ index }) => index === b) as Charge;
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function linesOf(plan: RatePlan, prompt: number | undefined): CostLine[] {
  if (plan.ladder !== undefined && isClimbed(plan.ladder, prompt)) return ladderLines(plan, plan.ladder);
  const lines: CostLine[] = [];
  for (const charge of plan.charges) {
    const counted = quantityOf(charge.index);
    if (counted > 0) lines.push(lineOf(charge, billedQuantity(charge, counted), counted));
  }
  return lines;
}

/** One line for each step that a meter reaches. */
function ladderLines({ charges }: RatePlan, ladder: MarginalLadder): CostLine[] {
  const billed = (charge: Charge) => {
    const counted = quantityOf(charge.index);
    return counted > 0 ? billedQuantity(charge, counted) : 0;
  };
  const begun = new Set<number>();
  return piecesOf(charges, ladder, billed).map(({ charge, quantity, above }) => {
    const isFirst = !begun.has(charge.index);
    begun.add(charge.index);
    const counted = isFirst && billed(charge) !== quantityOf(charge.index) ? quantityOf(charge.index) : quantity;
    return lineOf(charge, quantity, counted, above);
  });
}

/** Fixed amounts, on the whole counts of the call. */
function addFees(lines: CostLine[], fees: readonly Charge[]): void {
  for (const charge of fees) {
    const counted = wholeOf(charge.index);
    if (counted > 0) lines.push(lineOf(charge, billedQuantity(charge, counted), counted));
  }
}

function lineOf(charge: Charge, quantity: number, counted: number, above = 0): CostLine {
  const { meter, rate, per, multipliers, fee } = charge;
  const amount = amountOf(charge, quantity);
  if (multipliers === undefined && quantity === counted && above === 0 && fee === undefined) {
    return { meter, quantity, rate, per, amount };
  }
  return {
    meter,
    quantity,
    ...(quantity === counted ? {} : { counted }),
    ...(above === 0 ? {} : { above }),
    ...(fee === undefined ? {} : { fee }),
    rate,
    per,
    ...(multipliers === undefined ? {} : { multipliers }),
    amount,
  };
}

/** Whole steps, begun ones included, and no fewer than the minimum. */
function billedQuantity({ increment, minimum }: Charge, counted: number): number {
  if (increment === 0 && minimum === 0) return counted;
  const rest = increment === 0 ? 0 : counted % increment;
  return Math.max(rest === 0 ? counted : counted - rest + increment, minimum);
}

function quantityOf(index: number): number {
  return isTokenIndex(index) ? (quantities[index] as number) : wholeOf(index);
}

function wholeOf(index: number): number {
  // A priced call is one request, whether the provider counts it or not.
  if (index === REQUESTS && !settled.has(REQUESTS)) return 1;
  return settled.counts[index] as number;
}

/** Rounded once, half to even, at 10⁻¹⁸; exact wherever the price per unit ends within 18 decimals. */
function amountOf(charge: Charge, quantity: number): Atto {
  if (charge.denominator === 1n && Number.isInteger(quantity)) {
    return attoFromInteger(BigInt(quantity) * charge.numerator);
  }
  const exact = parseDecimal(shiftDecimal(String(quantity), 0) ?? '0') ?? { numerator: 0n, denominator: 1n };
  return attoFromInteger(divideHalfEven(exact.numerator * charge.numerator, exact.denominator * charge.denominator));
}

/** First reported meter, in the order of `METERS`, that costs money but has no price of its own. */
function gapOf(plan: RatePlan): string | undefined {
  let first = NONE;
  for (const { index, owner } of plan.nodes) {
    if (owner === UNPRICED && (leaves[index] as number) > 0) first = lower(first, index);
  }
  for (let at = 0; at < settled.present; at += 1) {
    const index = settled.reported[at] as number;
    if (plan.gaps[index] === 1 && (settled.counts[index] as number) > 0) first = lower(first, index);
  }
  return first === NONE ? undefined : `rate_missing:${meterAt(first)}`;
}

/** Where the size of the prompt has a price that nobody states, and where the sum of several prompts that climb a ladder hides their steps. */
function promptGap({ ladder, isUnstated }: RatePlan, prompt: number | undefined): string | undefined {
  if (isUnstated) return PROMPT_UNPRICED;
  if (ladder === undefined || prompt === undefined || !ladder.isOfPrompt || !isClimbed(ladder, prompt))
    return undefined;
  return prompt < (settled.counts[PROMPT] as number) ? PROMPT_UNPRICED : undefined;
}

const PROMPT_UNPRICED = 'context_unpriced:prompt_tokens';

function lower(first: number, index: number): number {
  return first === NONE || index < first ? index : first;
}

function totalOf(lines: readonly CostLine[]): Atto {
  let total: bigint = ZERO;
  for (const { amount } of lines) total = total === 0n ? amount : total + amount;
  return attoFromInteger(total);
}

function periodReason(card: CompiledCard): string {
  return card.periods.length === 0 ? 'price_unknown' : 'no_price_at_instant';
}

function withoutTotal(
  status: 'unpriced' | 'usage_missing',
  reason: string,
  found?: { readonly card: CostCard; readonly currency: string; readonly match: ModelMatch },
): Cost {
  return { status, total: undefined, currency: CURRENCY, lines: [], reason, ...found };
}

/** The provider's own total as one line: one request at that price. Classes of tokens are not invented for it. */
function providerReported(amount: Atto, rate: string, computed: Cost): Cost {
  return {
    status: 'provider_reported',
    total: amount,
    currency: CURRENCY,
    lines: [{ meter: 'requests', quantity: 1, rate, per: 1, amount }],
    computed,
  };
}

/** Only a plain decimal in the book's currency counts; another currency is never relabelled. */
function reportedAmount(reported: ReportedCost): Atto | undefined {
  if (reported.currency !== CURRENCY || typeof reported.amount !== 'string') return undefined;
  const exact = parseDecimal(reported.amount);
  return exact && attoFromInteger(divideHalfEven(exact.numerator * 10n ** 18n, exact.denominator));
}
