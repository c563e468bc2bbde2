import type { Atto, Tags } from '@costspan/usage';
import type { PricedCall } from './ledger.ts';

/** What one commit changed about which calls are billed; told after it, in the order of the commits. */
export interface BilledChange {
  /** Knowledge time of the commit: a question with this `asOfUs` knows it, one with an earlier does not. */
  readonly receivedAtUs: number;
  /** Calls of the commit that are billed. */
  readonly added: readonly PricedCall[];
  /** Calls of earlier commits that are billed no more, since another span stands for them. */
  readonly takenBack: readonly BilledCall[];
  /** Calls of earlier commits that are billed again. */
  readonly revived: readonly BilledCall[];
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
