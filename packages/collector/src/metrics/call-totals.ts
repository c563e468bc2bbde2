import { cacheSavings } from '@costspan/pricing';
import { METER_NAMES, METERS, type Meter, type Outcome } from '@costspan/usage';
import type { AddedCall } from '../ledger/billed-change.ts';
import { ExactSum } from './exact-sum.ts';
import type { LabelSet } from './label-set.ts';

/** The only currency that is added up here: sums of several would mean nothing. */
const CURRENCY = 'USD';

/** What the calls of one series add up to. */
export class CallTotals {
  readonly labels: LabelSet;
  /** In 10⁻¹⁸ USD; `undefined` until a call had a cost in USD. Unknown is never zero. */
  costAtto: bigint | undefined;
  /** What the cache saved, in 10⁻¹⁸ USD, of the calls of which it is known; `undefined` until there is one. */
  savedAtto: bigint | undefined;
  /** Counts by outcome and by token meter, as far as there were any. */
  readonly calls = new Map<Outcome, number>();
  readonly tokens = new Map<Meter, ExactSum>();

  constructor(labels: LabelSet) {
    this.labels = labels;
  }

  add({ call, cost }: AddedCall): void {
    if (cost.total !== undefined && cost.currency === CURRENCY && cost.total >= 0n) {
      this.costAtto = (this.costAtto ?? 0n) + cost.total;
    }
    const saved = savedBy(cost);
    if (saved !== undefined) this.savedAtto = (this.savedAtto ?? 0n) + saved;
    this.calls.set(call.outcome, (this.calls.get(call.outcome) ?? 0) + 1);
    const { meters } = call.usage;
    for (const name in meters) {
      if (!TOKEN_METERS.has(name)) continue;
      const meter = name as Meter;
      const sum = this.tokens.get(meter);
      if (sum !== undefined) sum.add(meters[meter] as number);
      else this.#start(meter, meters[meter] as number);
    }
  }

  #start(meter: Meter, count: number): void {
    const sum = new ExactSum();
    sum.add(count);
    this.tokens.set(meter, sum);
  }
}

/** Known where the lines are in US dollars. */
function savedBy({ total, currency, native, lines }: AddedCall['cost']): bigint | undefined {
  if (total === undefined || currency !== CURRENCY || native !== undefined || lines.length === 0) return undefined;
  return cacheSavings(lines);
}

const TOKEN_METERS: ReadonlySet<string> = new Set(METER_NAMES.filter((meter) => METERS[meter].unit === 'token'));

/** What providers said calls cost, beside what the cards say about the same calls. In 10⁻¹⁸ USD. */
export class CatalogueDrift {
  readonly labels: LabelSet;
  reportedAtto = 0n;
  computedAtto = 0n;

  constructor(labels: LabelSet) {
    this.labels = labels;
  }
}

/** The two amounts of a call that has both in USD; `undefined` when it lacks one. */
export function driftOf({ cost }: AddedCall): { readonly reported: bigint; readonly computed: bigint } | undefined {
  const { computed } = cost;
  if (cost.status !== 'provider_reported' || cost.currency !== CURRENCY || computed?.currency !== CURRENCY)
    return undefined;
  if (cost.total === undefined || computed.total === undefined) return undefined;
  return { reported: cost.total, computed: computed.total };
}
