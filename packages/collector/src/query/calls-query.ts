import type { Meters, Outcome, PricingContext, Tags, UsageStatus } from '@costspan/usage';
import type { CallId } from './call-id.ts';
import type { Filter } from './filter.ts';

export const CALLS_LIMIT_DEFAULT = 50;
export const CALLS_LIMIT_MAX = 1000;

export const CALL_ORDERS = ['started_at', 'cost', 'duration_ms'] as const;
export type CallOrder = (typeof CALL_ORDERS)[number];

/** Which calls, already parsed: see `parseCallsQuery`. */
export interface CallsQuery {
  /** Microseconds since 1970 UTC; `[fromUs, toUs)` over the start of the call. Absent means unbounded. */
  readonly fromUs?: number;
  readonly toUs?: number;
  /** Only calls that were taken in after this knowledge time. */
  readonly receivedAfterUs?: number;
  readonly filters: readonly Filter[];
  /** Newest first unless given. Equal ones are in the order of their ids, so the order is total. */
  readonly orderBy?: { readonly field: CallOrder; readonly direction: 'asc' | 'desc' };
  readonly limit: number;
  /** The last call of the page before. */
  readonly after?: CallPosition;
}

/** The place of a call in the order. */
export type CallPosition = CallId &
  (
    | { readonly startedAtUs: number }
    /** What else the order is by: USD at 10⁻¹⁸ or microseconds; `null` when unknown. */
    | { readonly value: bigint | null }
  );

/** One call, as it goes over the wire. Absent texts and numbers are `null`. */
export interface CallSummary {
  readonly id: string;
  /** ISO instant with microseconds. */
  readonly started_at: string;
  readonly duration_ms: number;
  readonly provider: string;
  /** The model that is priced: what the provider says it served, else what was asked for. */
  readonly model: string | null;
  readonly request_model: string | null;
  readonly operation: string;
  readonly outcome: Outcome;
  readonly service: string | null;
  readonly tags: Tags;
  readonly usage: Meters;
  readonly usage_status: UsageStatus;
  /** Plain decimal string; `null` when unknown. */
  readonly cost: string | null;
  readonly currency: string;
  readonly cost_status: string;
  /** Which way of writing a call it came in. */
  readonly dialect: string | null;
  readonly conversation_id: string | null;
  readonly prompt_id: string | null;
  readonly prompt_version: string | null;
  /** The agent and the workflow that the call itself names. */
  readonly agent: string | null;
  readonly workflow: string | null;
  /** As requested; `null` when the request did not say. */
  readonly max_tokens: number | null;
  readonly temperature: number | null;
  /** It arrived long after it had ended. */
  readonly late: boolean;
}

export interface CallsPage {
  readonly calls: readonly CallSummary[];
  /** Give it as `cursor` to get the next page; `null` on the last one. */
  readonly next_cursor: string | null;
}

export interface CallDetailLine {
  readonly meter: string;
  readonly quantity: number;
  /** What was counted, where a minimum or an increment made the quantity another. */
  readonly counted?: number;
  /** Of a step of a ladder: the units are those after the first so many. */
  readonly above?: number;
  /** The name of the fee that it is, beside the prices. */
  readonly fee?: string;
  readonly rate: string;
  readonly per: number;
  readonly multipliers?: readonly { readonly name: string; readonly factor: string }[];
  readonly amount: string;
}

export interface CallDetail extends CallSummary {
  readonly lines: readonly CallDetailLine[];
  readonly card: {
    readonly provider: string;
    readonly model: string;
    readonly layer: string;
    readonly version: string;
  } | null;
  readonly match: 'exact' | 'alias' | 'normalised' | null;
  readonly reason: string | null;
  /** What the cards say beside a cost that the provider reported. */
  readonly computed_cost: string | null;
  /** Without contracts, with them, and what one's own customers pay; `null` where the prices know no difference. */
  readonly list_cost: string | null;
  readonly contracted_cost: string | null;
  readonly resale_cost: string | null;
  /** What the card says and the lines add up to, where it is in another currency; `null` where it is not. */
  readonly native: {
    readonly currency: string;
    readonly cost: string;
    /** What one unit was worth in US dollars, and since when. `null` where nobody says: then the cost is unknown. */
    readonly fx_rate: string | null;
    readonly fx_from: string | null;
  } | null;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly response_id: string | null;
  readonly error_type: string | null;
  readonly time_to_first_chunk_ms: number | null;
  readonly context: PricingContext;
  /** ISO instant at which the ledger took the call in. */
  readonly received_at: string;
}
