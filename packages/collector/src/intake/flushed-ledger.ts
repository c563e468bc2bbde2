import type { ExportSource } from '../exports/export-source.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** The ledger as it answers when `flush` has put into it what was acknowledged and waited. */
export function flushedLedger(ledger: Ledger, flush: () => Promise<void>): Ledger {
  const flushed =
    <Question, Answer>(ask: (question: Question) => Promise<Answer>) =>
    async (question: Question): Promise<Answer> => {
      await flush();
      return ask.call(ledger, question);
    };
  return {
    append: ledger.append.bind(ledger),
    query: flushed(ledger.query),
    calls: flushed(ledger.calls),
    call: flushed(ledger.call),
    trace: flushed(ledger.trace),
    tagKeys: flushed(ledger.tagKeys),
    ...(ledger.exports === undefined ? {} : { exports: flushedExports(ledger.exports, flush) }),
    close: ledger.close.bind(ledger),
  };
}

/** What is known when an export begins is in the ledger; from then on it is of one snapshot. */
function flushedExports(exports: ExportSource, flush: () => Promise<void>): ExportSource {
  return {
    ...exports,
    newestUs: async (filters) => {
      await flush();
      return exports.newestUs(filters);
    },
  };
}
