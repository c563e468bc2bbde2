import type { PricedCall } from './ledger/ledger.ts';

const NAME = 'costspan_unpriced_calls_total';
/** Series kept apart. Model names come from outside, so their number has a bound; the rest is `(other)`, and the sum stays whole. */
const SERIES_MAX = 500;
const OTHER = '(other)';
const LABEL_LENGTH_MAX = 128;

/** Calls without a known cost, by what they lack: the list of prices to add, and something to be alerted by. */
export class UnpricedCalls {
  readonly #counts = new Map<string, number>();

  add({ call, cost }: PricedCall): void {
    if (cost.total !== undefined) return;
    const model = call.responseModel ?? call.requestModel ?? '';
    this.#count(labelsOf(call.provider, model, cost.reason ?? cost.status));
  }

  /** Prometheus text exposition, version 0.0.4. */
  toPrometheus(): string {
    const head = `# HELP ${NAME} Calls without a known cost. A retried batch may be counted again; the ledger does not.\n# TYPE ${NAME} counter\n`;
    return head + [...this.#counts].map(([labels, count]) => `${NAME}{${labels}} ${count}\n`).join('');
  }

  #count(labels: string): void {
    const isKept = this.#counts.has(labels) || this.#counts.size < SERIES_MAX;
    const series = isKept ? labels : labelsOf(OTHER, OTHER, OTHER);
    this.#counts.set(series, (this.#counts.get(series) ?? 0) + 1);
  }
}

function labelsOf(provider: string, model: string, reason: string): string {
  return `provider="${escaped(provider)}",model="${escaped(model)}",reason="${escaped(reason)}"`;
}

/** What a label value may hold. Source: Prometheus text exposition format 0.0.4. */
function escaped(value: string): string {
  return value.slice(0, LABEL_LENGTH_MAX).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
