import { billedNames, type CostInDollars, cacheSavings } from '@costspan/pricing';
import { type CallRecord, METERS, type Meter, moneyToNumber } from '@costspan/usage';
import { CallLabels, type Labels, UNTAGGED } from './call-labels.ts';
import type { MetricName } from './metric-catalogue.ts';
import type { MetricSink } from './metric-sink.ts';
import { tagValue } from './tag-value.ts';

const CURRENCY = 'USD';

export interface CallMeterOptions {
  /** Most values of each label. */
  readonly labels: Readonly<Record<string, number>>;
  /** Asked at every call, since the tracer may be set up after us. */
  readonly sink: () => MetricSink;
  /** Two values of a label became one. */
  readonly onCollision: (label: string, first: string, second: string) => void;
}

/** Tells a sink about calls, in the names and labels of the collector's own metrics. Sums are the sink's work. */
export class CallMeter {
  readonly #labels: CallLabels;
  readonly #sink: () => MetricSink;

  constructor({ labels, sink, onCollision }: CallMeterOptions) {
    this.#sink = sink;
    this.#labels = new CallLabels(labels, {
      dropped: (label) => this.#count('costspan_attach_dropped_values_total', 1, { label }),
      collided: (label, first, second) => {
        this.#count('costspan_attach_tag_collisions_total', 1, { label });
        onCollision(label, first, second);
      },
    });
  }

  add(call: CallRecord, cost: CostInDollars): void {
    const labels = this.#labels.of(call);
    const { total } = cost;
    if (total !== undefined && cost.currency === CURRENCY && total >= 0n) {
      this.#count('costspan_cost_usd_total', moneyToNumber(total), labels);
      const saved = cost.native === undefined ? cacheSavings(cost.lines) : undefined;
      if (saved !== undefined) this.#count('costspan_cache_savings_usd_total', moneyToNumber(saved), labels);
    }
    const { meters } = call.usage;
    for (const meter in meters) {
      if (METERS[meter as Meter]?.unit !== 'token') continue;
      this.#count('costspan_tokens_total', meters[meter as Meter] as number, labels, { meter });
    }
    this.#count('costspan_calls_total', 1, labels, { outcome: call.outcome });
    this.#seconds('costspan_call_duration_seconds', call.durationUs, labels);
    if (call.timeToFirstChunkUs !== undefined) {
      this.#seconds('costspan_time_to_first_token_seconds', call.timeToFirstChunkUs, labels);
    }
    this.#addListed(call, cost);
  }

  heartbeat(): void {
    this.#sink().gauge('costspan_attach_heartbeat' satisfies MetricName, 1, {});
  }

  /** What to price, and what drifts: by model alone. */
  #addListed(call: CallRecord, cost: CostInDollars): void {
    const { total, computed } = cost;
    const isDrift = cost.status === 'provider_reported' && computed?.total !== undefined;
    if (total !== undefined && !isDrift) return;
    const { model } = billedNames(call);
    const labels = {
      provider: tagValue('provider', call.provider),
      model: model === undefined ? UNTAGGED : tagValue('model', model),
    };
    if (total === undefined) {
      const reason = tagValue('reason', cost.reason ?? cost.status);
      this.#count('costspan_unpriced_calls_total', 1, { ...labels, reason });
    } else if (computed?.total !== undefined && cost.currency === CURRENCY && computed.currency === CURRENCY) {
      this.#count('costspan_reported_cost_usd_total', moneyToNumber(total), labels);
      this.#count('costspan_computed_cost_usd_total', moneyToNumber(computed.total), labels);
    }
  }

  #count(name: MetricName, value: number, labels: Labels, more?: Labels): void {
    this.#sink().count(name, value, labels, more);
  }

  #seconds(name: MetricName, durationUs: number, labels: Labels): void {
    this.#sink().seconds(name, durationUs / 1e6, labels);
  }
}
