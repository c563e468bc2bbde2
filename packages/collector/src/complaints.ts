import type { UsageFinding } from '@costspan/spans';
import type { PartialSuccess } from './otlp/export-response.ts';
import type { Span } from './otlp/traces.ts';

const EXAMPLES_MAX = 3;

/**
 * What was wrong with a request that was taken. Told to the sender in `partial_success`: `rejectedSpans` are billable
 * spans that could not be kept; everything else is a warning about calls that were.
 */
export class Complaints {
  rejectedSpans = 0;
  /** Of those, the ones of a time whose calls the ledger has deleted. */
  expiredSpans = 0;
  invalidCounts = 0;
  refusedTags = 0;
  readonly #examples: string[] = [];

  reject(span: Span, reason: string): void {
    this.rejectedSpans += 1;
    this.#example(`${nameOf(span)} was not recorded: ${reason}`);
  }

  expire(span: Span): void {
    this.expiredSpans += 1;
    this.reject(span, 'the ledger has deleted the calls of its time, so it may be in the sums already');
  }

  warn(span: Span, findings: readonly UsageFinding[], refusedTags: number): void {
    this.invalidCounts += findings.length;
    this.refusedTags += refusedTags;
    for (const finding of findings) this.#example(`${nameOf(span)}: ${finding.at}: ${finding.message}`);
    if (refusedTags > 0) this.#example(`${nameOf(span)}: ${refusedTags} tags were refused (key, value or number)`);
  }

  /** `undefined` when there is nothing to complain about. */
  toPartialSuccess(): PartialSuccess | undefined {
    if (this.#examples.length === 0) return undefined;
    const sums = [
      [this.rejectedSpans, 'calls not recorded'],
      [this.invalidCounts, 'counts left out'],
      [this.refusedTags, 'tags refused'],
    ] as const;
    const summary = sums.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(', ');
    return { rejectedSpans: this.rejectedSpans, message: `${summary}; for example: ${this.#examples.join('; ')}` };
  }

  #example(text: string): void {
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push(text);
  }
}

function nameOf(span: Span): string {
  return `span ${span.traceId || '?'}-${span.spanId || '?'}`;
}
