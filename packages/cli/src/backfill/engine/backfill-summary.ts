import { type Atto, addMoney, formatMoney, METER_NAMES, type Meter, parseMoney, ZERO } from '@costspan/usage';
import type { BackfillCall } from '../backfill-format.ts';

/** Mistakes told one by one. */
const MISTAKES_TOLD_MAX = 20;
/** Currencies and reasons are few; more than this is a file of another kind. */
const NAMES_MAX = 100;

/** What a file holds, added up while it is read. Counts are exact whatever their size. */
export class BackfillSummary {
  rows = 0;
  calls = 0;
  buckets = 0;
  withoutModel = 0;
  mistakes = 0;
  /** Rows that have no call because of a mistake. */
  brokenRows = 0;
  readonly mistakesTold: string[] = [];
  readonly notes = new Set<string>();
  #fromUs = Number.POSITIVE_INFINITY;
  #toUs = Number.NEGATIVE_INFINITY;
  readonly #meters = new Map<Meter, bigint>();
  readonly #fractions = new Map<Meter, number>();
  readonly #leftOut = new Map<string, number>();
  readonly #providerCost = new Map<string, Atto>();
  readonly #sourceCost = new Map<string, Atto>();

  addCall(call: BackfillCall): void {
    this.calls += 1;
    if (call.bucket !== undefined) this.buckets += 1;
    if (call.requestModel === undefined && call.responseModel === undefined) this.withoutModel += 1;
    this.#fromUs = Math.min(this.#fromUs, call.startedAtUs);
    this.#toUs = Math.max(this.#toUs, call.startedAtUs);
    for (const [meter, count] of Object.entries(call.meters) as [Meter, number][]) {
      const floor = Math.floor(count);
      this.#meters.set(meter, (this.#meters.get(meter) ?? 0n) + BigInt(floor));
      if (floor !== count) this.#fractions.set(meter, (this.#fractions.get(meter) ?? 0) + (count - floor));
    }
    addTo(this.#providerCost, call.reportedCost);
    addTo(this.#sourceCost, call.sourceCost);
  }

  leaveOut(reason: string): void {
    if (this.#leftOut.size < NAMES_MAX || this.#leftOut.has(reason)) {
      this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? 0) + 1);
    } else this.leaveOut('other reasons');
  }

  addMistake(text: string): void {
    this.mistakes += 1;
    if (this.mistakesTold.length < MISTAKES_TOLD_MAX) this.mistakesTold.push(text);
  }

  /** The same as data, for `--json`. */
  toJson(): object {
    return {
      rows: this.rows,
      calls: this.calls,
      aggregated_rows: this.buckets,
      from: this.#instant(this.#fromUs),
      to: this.#instant(this.#toUs),
      usage: Object.fromEntries(this.#usage()),
      provider_reported_cost: Object.fromEntries(
        [...this.#providerCost].map(([name, sum]) => [name, formatMoney(sum)]),
      ),
      source_cost: Object.fromEntries([...this.#sourceCost].map(([name, sum]) => [name, formatMoney(sum)])),
      left_out: Object.fromEntries(this.#leftOut),
      mistakes: this.mistakes,
    };
  }

  /** Two columns: what, how much. */
  toLines(): (readonly [string, string])[] {
    const lines: (readonly [string, string])[] = [
      ['rows read', grouped(this.rows)],
      ['calls', grouped(this.calls - this.buckets)],
    ];
    if (this.buckets > 0) lines.push(['sums of a bucket', grouped(this.buckets)]);
    if (this.calls > 0) {
      lines.push(['first', this.#instant(this.#fromUs) ?? ''], ['last', this.#instant(this.#toUs) ?? '']);
    }
    for (const [meter, count] of this.#usage()) lines.push([meter, grouped(count)]);
    for (const [name, sum] of this.#providerCost) lines.push([`cost the provider stated (${name})`, formatMoney(sum)]);
    for (const [name, sum] of this.#sourceCost) lines.push([`cost the source worked out (${name})`, formatMoney(sum)]);
    for (const [reason, count] of this.#leftOut) lines.push([`left out: ${reason}`, grouped(count)]);
    if (this.mistakes > 0) lines.push(['mistakes', grouped(this.mistakes)]);
    return lines;
  }

  *#usage(): Generator<readonly [Meter, number | bigint]> {
    for (const meter of METER_NAMES) {
      const count = this.#meters.get(meter);
      if (count === undefined) continue;
      const fraction = this.#fractions.get(meter) ?? 0;
      const isSmall = count <= BigInt(Number.MAX_SAFE_INTEGER);
      yield [meter, isSmall ? Number(count) + fraction : count];
    }
  }

  #instant(us: number): string | null {
    return Number.isFinite(us) ? new Date(us / 1000).toISOString() : null;
  }
}

function addTo(sums: Map<string, Atto>, cost: BackfillCall['reportedCost']): void {
  if (cost === undefined || (!sums.has(cost.currency) && sums.size >= NAMES_MAX)) return;
  sums.set(cost.currency, addMoney(sums.get(cost.currency) ?? ZERO, parseMoney(cost.amount)));
}

function grouped(count: number | bigint): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
