import type { SavingLine } from '@costspan/pricing';
import type { Atto, CallRecord, Tags } from '@costspan/usage';
import type { LedgerCost } from './ledger.ts';

/** What one commit changed about which calls are billed; told after it, in the order of the commits. */
export interface BilledChange {
  /** Knowledge time of the commit: a question with this `asOfUs` knows it, one with an earlier does not. */
  readonly receivedAtUs: number;
  /** Calls of the commit that are billed. */
  readonly added: AddedCalls;
  /** Calls of earlier commits that are billed no more, since another span stands for them. */
  readonly takenBack: readonly BilledCall[];
  /** Calls of earlier commits that are billed again. */
  readonly revived: readonly BilledCall[];
}

/** As many as there are, made as they are asked for. A list of priced calls is one. */
export interface AddedCalls extends Iterable<AddedCall> {
  readonly length: number;
  slice(from: number, to: number): readonly AddedCall[];
}

/** What of a new call is counted. */
export interface AddedCall {
  /** Where only the model is known that is billed, it is the one of the answer. */
  readonly call: Pick<
    CallRecord,
    | 'traceId'
    | 'spanId'
    | 'startedAtUs'
    | 'durationUs'
    | 'provider'
    | 'operation'
    | 'usage'
    | 'context'
    | 'outcome'
    | 'tags'
  > & {
    readonly timeToFirstChunkUs?: number | undefined;
    readonly requestModel?: string | undefined;
    readonly responseModel?: string | undefined;
    readonly serviceName?: string | undefined;
  };
  readonly cost: Pick<LedgerCost, 'status' | 'total' | 'currency'> & {
    readonly reason?: string | undefined;
    /** There when a card priced it. */
    readonly card?: object | undefined;
    /** There when it was priced in another currency. */
    readonly native?: object | undefined;
    readonly computed?: Pick<LedgerCost, 'total' | 'currency'> | undefined;
    /** At least those that say what the cache saved; none where nothing was read from it. */
    readonly lines: readonly SavingLine[];
  };
}

/** What of a stored call is counted. */
export interface BilledCall {
  /** `${traceId}-${spanId}`. */
  readonly id: string;
  readonly startedAtUs: number;
  readonly provider: string;
  /** As asked for; where nobody knows, as served. */
  readonly model: string;
  readonly tags: Tags;
  /** Input and output; `undefined` when neither was counted. */
  readonly tokens: number | undefined;
  /** USD; `undefined` when it is not known in USD. */
  readonly cost: Atto | undefined;
}
