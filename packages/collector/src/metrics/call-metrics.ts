import { billedNames } from '@costspan/pricing';
import type { AddedCall } from '../ledger/billed-change.ts';
import { UNTAGGED } from '../query/labels.ts';
import { CallTotals, CatalogueDrift, driftOf } from './call-totals.ts';
import { Histogram } from './histogram.ts';
import { type LabelSet, labelSet, withLabel } from './label-set.ts';
import { LabelValues, OTHER_PLACE } from './label-values.ts';
import type { CounterPoint, GaugePoint, HistogramPoint, MetricFamily } from './metric-family.ts';
import type { MetricsConfig } from './metrics-config.ts';
import { SeriesTable, type TableLabel } from './series-table.ts';

const MONEY_SCALE = 18;
const SECOND_US = 1_000_000;
/** From an embedding to an agent's long answer; most chats lie between half a second and half a minute. */
const DURATION_BOUNDS_US = [0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 12, 20, 30, 60, 120, 300].map((s) => s * SECOND_US);
/** From a cached small model to a reasoning one that thinks first. */
const FIRST_TOKEN_BOUNDS_US = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 4, 6, 10, 20, 60].map((s) => s * SECOND_US);

/** These keep their values when series run out: they are few, and alerts are about them. */
const KEPT_LABELS = ['provider', 'model', 'operation', 'environment'];
/** Models without a price have names that nobody vouches for; they may take this share of the places. */
const UNPRICED_MODELS_SHARE = 0.25;
/** Lists of what to price and of what drifts, and not dashboards: their bounds are fixed. */
const LIST_VALUES_MAX = 500;
const LIST_SERIES_MAX = 501;

/** Ends every HELP text, since a counter forgets at a restart and rounds at its reader. */
const DERIVED = 'Derived from the ledger, which is the truth.';

interface Timed {
  readonly labels: LabelSet;
  readonly duration: Histogram;
  readonly firstToken: Histogram;
}

/**
 * Sums of the calls that the ledger took in since the start, by label. The number of series is bounded and the sums stay
 * whole: what has no room counts under `(other)`, and how many did is counted.
 */
export class CallMetrics {
  /** Calls with a label or a series under `(other)` for want of room. */
  overflowedCalls = 0;
  /** Calls priced in another currency than US dollars without a rate of exchange; no sum of costs has them. */
  foreignCalls = 0;
  readonly #labels: readonly CallLabel[];
  readonly #places: number[];
  readonly #totals: SeriesTable<CallTotals>;
  readonly #timed: SeriesTable<Timed>;
  readonly #unpriced = listTable(['provider', 'model', 'reason'], (labels) => ({ labels, calls: 0 }));
  readonly #drift = listTable(['provider', 'model'], (labels) => new CatalogueDrift(labels));

  constructor({ labels, seriesMax, histogramSeriesMax }: MetricsConfig) {
    this.#labels = Object.entries(labels)
      .filter(([, valuesMax]) => valuesMax > 0)
      .map(([name, valuesMax]) => callLabel(name, valuesMax));
    this.#places = this.#labels.map(() => OTHER_PLACE);
    this.#totals = new SeriesTable({ labels: this.#labels, seriesMax, make: (set) => new CallTotals(set) });
    this.#timed = new SeriesTable({ labels: this.#labels, seriesMax: histogramSeriesMax, make: timed });
  }

  add(priced: AddedCall): void {
    const { call, cost } = priced;
    const names = billedNames(call);
    let overflowed = false;
    for (let index = 0; index < this.#labels.length; index += 1) {
      const place = (this.#labels[index] as CallLabel).placeOf(priced, names.model);
      this.#places[index] = place;
      if (place === OTHER_PLACE) overflowed = true;
    }
    this.#totals.at(this.#places).add(priced);
    if (overflowed || this.#totals.isFolded) this.overflowedCalls += 1;
    const { duration, firstToken } = this.#timed.at(this.#places);
    duration.add(call.durationUs);
    if (call.timeToFirstChunkUs !== undefined) firstToken.add(call.timeToFirstChunkUs);
    if (cost.total === undefined) {
      this.#unpriced.at([call.provider, names.model ?? '', cost.reason ?? cost.status]).calls += 1;
    }
    if (cost.total === undefined && cost.native !== undefined) this.foreignCalls += 1;
    const drift = driftOf(priced);
    if (drift === undefined) return;
    const entry = this.#drift.at([call.provider, names.model ?? '']);
    entry.reportedAtto += drift.reported;
    entry.computedAtto += drift.computed;
  }

  /** How near the bounds of series and label values are. */
  room(): MetricFamily[] {
    const gauge = (name: string, help: string, points: readonly GaugePoint[]): MetricFamily => ({
      kind: 'gauge',
      name: `costspan_collector_${name}`,
      help,
      points,
    });
    const perTable = (of: (table: SeriesTable<CallTotals> | SeriesTable<Timed>) => number): GaugePoint[] => [
      { labels: labelSet([['table', 'counters']]), value: of(this.#totals) },
      { labels: labelSet([['table', 'histograms']]), value: of(this.#timed) },
    ];
    const perLabel = (of: (values: LabelValues) => number): GaugePoint[] =>
      this.#labels.map(({ name, values }) => ({ labels: labelSet([['label', name]]), value: of(values) }));
    return [
      gauge(
        'metric_series',
        'Combinations of labels that metrics of calls have.',
        perTable(({ entries }) => entries.length),
      ),
      gauge(
        'metric_series_max',
        'Most of them; beyond it calls count under (other).',
        perTable(({ seriesMax }) => seriesMax),
      ),
      gauge(
        'metric_label_values',
        'Values of a label that have a name of their own.',
        perLabel(({ size }) => size),
      ),
      gauge(
        'metric_label_values_max',
        'Most of them; the rest count under (other).',
        perLabel(({ valuesMax }) => valuesMax),
      ),
    ];
  }

  /** Every metric of the calls, in a fixed order. Read it at once: the next call changes what it yields. */
  families(): MetricFamily[] {
    const totals = this.#totals.entries;
    const counter = (name: string, help: string, scale: number, points: Iterable<CounterPoint>): MetricFamily => ({
      kind: 'counter',
      name,
      help: `${help} ${DERIVED}`,
      scale,
      points,
    });
    const histogram = (name: string, help: string, points: Iterable<HistogramPoint>): MetricFamily => ({
      kind: 'histogram',
      name,
      help: `${help} ${DERIVED}`,
      points,
    });
    const drift = this.#drift.entries;
    return [
      counter(
        'costspan_cost_usd_total',
        'What the calls cost, as far as it is known, in US dollars.',
        MONEY_SCALE,
        costs(totals),
      ),
      counter(
        'costspan_cache_savings_usd_total',
        'What tokens read from the cache would have cost more as fresh input of the same call, in US dollars.',
        MONEY_SCALE,
        savings(totals),
      ),
      counter(
        'costspan_tokens_total',
        'Tokens by meter; input_tokens and output_tokens hold all the others, which are parts of them.',
        0,
        tokens(totals),
      ),
      counter('costspan_calls_total', 'Calls to model providers.', 0, outcomes(totals)),
      histogram('costspan_call_duration_seconds', 'How long the calls took.', durations(this.#timed.entries)),
      histogram(
        'costspan_time_to_first_token_seconds',
        'How long streamed calls took to their first token.',
        firstTokens(this.#timed.entries),
      ),
      counter(
        'costspan_unpriced_calls_total',
        'Calls without a known cost, by what they lack.',
        0,
        this.#unpriced.entries.map(({ labels, calls }) => ({ labels, value: BigInt(calls) })),
      ),
      counter(
        'costspan_reported_cost_usd_total',
        'What providers said calls cost that the price cards know too.',
        MONEY_SCALE,
        drift.map(({ labels, reportedAtto }) => ({ labels, value: reportedAtto })),
      ),
      counter(
        'costspan_computed_cost_usd_total',
        'What the price cards say the same calls cost; the difference is catalogue drift.',
        MONEY_SCALE,
        drift.map(({ labels, computedAtto }) => ({ labels, value: computedAtto })),
      ),
    ];
  }
}

function* costs(entries: readonly CallTotals[]): Generator<CounterPoint> {
  for (const { labels, costAtto } of entries) if (costAtto !== undefined) yield { labels, value: costAtto };
}

function* savings(entries: readonly CallTotals[]): Generator<CounterPoint> {
  for (const { labels, savedAtto } of entries) if (savedAtto !== undefined) yield { labels, value: savedAtto };
}

function* tokens(entries: readonly CallTotals[]): Generator<CounterPoint> {
  for (const entry of entries) {
    for (const [meter, sum] of entry.tokens)
      yield { labels: withLabel(entry.labels, 'meter', meter), value: sum.value };
  }
}

function* outcomes(entries: readonly CallTotals[]): Generator<CounterPoint> {
  for (const entry of entries) {
    for (const [outcome, calls] of entry.calls) {
      yield { labels: withLabel(entry.labels, 'outcome', outcome), value: BigInt(calls) };
    }
  }
}

function* durations(entries: readonly Timed[]): Generator<HistogramPoint> {
  for (const { labels, duration } of entries) yield { labels, histogram: duration };
}

function* firstTokens(entries: readonly Timed[]): Generator<HistogramPoint> {
  for (const { labels, firstToken } of entries) if (firstToken.count > 0) yield { labels, histogram: firstToken };
}

function timed(labels: LabelSet): Timed {
  return { labels, duration: new Histogram(DURATION_BOUNDS_US), firstToken: new Histogram(FIRST_TOKEN_BOUNDS_US) };
}

interface CallLabel extends TableLabel {
  readonly placeOf: (priced: AddedCall, model: string | undefined) => number;
}

/** `provider`, `model`, `operation` and `service` are of the call; any other name is a tag. */
function callLabel(name: string, valuesMax: number): CallLabel {
  const values = new LabelValues(valuesMax);
  const label = { name, values, isKeptWhenFull: KEPT_LABELS.includes(name) };
  switch (name) {
    case 'provider':
      return { ...label, placeOf: ({ call }) => values.place(call.provider) };
    case 'operation':
      return { ...label, placeOf: ({ call }) => values.place(call.operation) };
    case 'service':
      return { ...label, placeOf: ({ call }) => values.place(call.serviceName ?? UNTAGGED) };
    case 'model': {
      const unpricedMax = Math.ceil(valuesMax * UNPRICED_MODELS_SHARE);
      return {
        ...label,
        placeOf: ({ cost }, model) =>
          values.place(
            model ?? UNTAGGED,
            cost.card === undefined && cost.total === undefined ? unpricedMax : valuesMax,
          ),
      };
    }
    default:
      return { ...label, placeOf: ({ call }) => values.place(call.tags[name] ?? UNTAGGED) };
  }
}

/** A table by texts with bounds that need no setting. */
function listTable<Entry extends object>(names: readonly string[], make: (labels: LabelSet) => Entry) {
  const labels = names.map((name) => ({ name, values: new LabelValues(LIST_VALUES_MAX), isKeptWhenFull: false }));
  const table = new SeriesTable({ labels, seriesMax: LIST_SERIES_MAX, make });
  return {
    entries: table.entries as readonly Entry[],
    at: (texts: readonly string[]) =>
      table.at(texts.map((text, index) => (labels[index] as TableLabel).values.place(text))),
  };
}
