import { setTimeout as after } from 'node:timers/promises';
import type { Ledger } from '../ledger/ledger.ts';
import { type Field, parseField } from '../query/fields.ts';
import type { Filter } from '../query/filter.ts';
import { parseInstantUs } from '../query/instants.ts';
import { formatPageCursor, parsePageCursor } from '../query/page-cursor.ts';
import type { UsageQuery, UsageResult } from '../query/usage-query.ts';

/** A ledger that can be asked. */
export type AskedLedger = Omit<Ledger, 'append' | 'close' | 'exports'>;

const CUSTOMER = parseField('customer_id') as Field;

/** One call is found in less. Whoever asks for a call of another customer waits as long as for one that never was. */
const CALL_ANSWER_MS = 25;

/**
 * The ledger as somebody sees it who may know of these customers only: every question gets the condition, and what an answer
 * tells of the whole ledger is left out. This is the one place where it happens, and every method of a ledger has to be here.
 */
export function scopedLedger(ledger: Ledger, customers: readonly string[]): AskedLedger {
  const own: Filter = { field: CUSTOMER, op: 'in', values: customers };
  const narrowed = <Query extends { readonly filters: readonly Filter[] }>(query: Query): Query => ({
    ...query,
    filters: [...query.filters, own],
  });
  return {
    query: async (query) => forCustomer(query, narrowed(query), await ledger.query(narrowed(query))),
    calls: (query) => ledger.calls(narrowed(query)),
    call: async (id) => {
      const [call] = await Promise.all([ledger.call(id), after(CALL_ANSWER_MS)]);
      const customer = call?.tags['customer_id'];
      return customer !== undefined && customers.includes(customer) ? call : undefined;
    },
    // Neither the spans above the calls nor the keys of tags say for which customer they are.
    trace: async () => undefined,
    tagKeys: async () => [],
  };
}

/**
 * When the first call of all was made is nobody's concern. The cursor that the ledger made knows the newest commit of all and
 * belongs to the narrowed question; it becomes one of the question that was asked, as of when this answer was made.
 */
function forCustomer(asked: UsageQuery, narrowed: UsageQuery, answer: UsageResult): UsageResult {
  const { next_cursor: cursor, complete_to } = answer;
  const own = { ...answer, data_from: null };
  if (typeof cursor !== 'string') return own;
  const { skip } = parsePageCursor(narrowed, cursor) as { readonly skip: number };
  const asOfUs = asked.asOfUs ?? (parseInstantUs(complete_to) as number);
  return { ...own, next_cursor: formatPageCursor(asked, { skip, asOfUs }) };
}
