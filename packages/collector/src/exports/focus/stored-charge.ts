/** What a call was charged, as the ledger keeps it. Instants are microseconds since 1970 UTC, amounts integers at 10⁻¹⁸. */
export interface StoredCharge {
  readonly id: string;
  readonly startedAtUs: number;
  readonly provider: string;
  readonly model: string | undefined;
  /** JSON: what decides between prices. */
  readonly context: string | undefined;
  readonly firstClassTags: readonly (string | undefined)[];
  /** JSON: the other tags. */
  readonly otherTags: string;
  /** Lines in the form of `stored-lines.ts`. */
  readonly lines: string;
  readonly total: bigint | undefined;
  readonly currency: string;
  readonly status: string;
  readonly list: bigint | undefined;
  /** JSON: the card. */
  readonly card: string | undefined;
  /** Where the lines are in another currency than the total. */
  readonly native:
    | { readonly currency: string; readonly total: bigint; readonly fxRate: string | undefined }
    | undefined;
}
