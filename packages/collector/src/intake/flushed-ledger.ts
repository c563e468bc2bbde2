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
    close: ledger.close.bind(ledger),
  };
}
