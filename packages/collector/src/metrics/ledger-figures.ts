import type { Ledger } from '../ledger/ledger.ts';
import { labelSet } from './label-set.ts';
import type { MetricFamily } from './metric-family.ts';

const READ_INTERVAL_MS = 60_000;
const NO_LABELS = labelSet([]);
/** The whole time of a ledger. A call can say any start. */
const ALWAYS = { fromUs: 0, toUs: Date.UTC(2200) * 1000 };

/**
 * What all calls of the ledger add up to, asked of the ledger itself once a minute. Unlike the counters it outlives a
 * restart and is not made of the same additions, so that a difference between the two is a finding.
 */
export class LedgerFigures {
  readonly #ledger: Ledger;
  readonly #timer: NodeJS.Timeout;
  #reading: Promise<void> | undefined;
  /** Absent until the ledger has answered once; kept when it does not. */
  #figures: { readonly cost: number; readonly calls: number } | undefined;

  constructor(ledger: Ledger, intervalMs = READ_INTERVAL_MS) {
    this.#ledger = ledger;
    this.#timer = setInterval(() => void this.read(), intervalMs).unref();
    void this.read();
  }

  /** Asks now, unless it is being asked. A ledger that cannot answer leaves the figures as they were; its own metrics tell of it. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  families(): readonly MetricFamily[] {
    const gauge = (name: string, help: string, value: number | undefined): MetricFamily => ({
      kind: 'gauge',
      name,
      help,
      points: value === undefined ? [] : [{ labels: NO_LABELS, value }],
    });
    return [
      gauge(
        'costspan_ledger_cost_usd',
        'What all calls in the ledger cost, as far as it is known, in US dollars; read once a minute.',
        this.#figures?.cost,
      ),
      gauge('costspan_ledger_calls', 'Calls in the ledger; read once a minute.', this.#figures?.calls),
    ];
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const { total } = await this.#ledger.query({
        ...ALWAYS,
        timezone: 'UTC',
        grain: 'none',
        metrics: ['cost', 'calls'],
        groupBy: [],
        filters: [],
        orderBy: { field: 'cost', direction: 'desc' },
        limit: 1,
      });
      // A gauge is a double: a cost that is not known at all is none yet, and no sum of costs has it either.
      this.#figures = { cost: Number(total['cost'] ?? 0), calls: Number(total['calls'] ?? 0) };
    } catch {
      // The next minute asks again; what cannot be read is told by the ledger's own metrics and by /readyz.
    }
  }
}
