/** Who may ask, and how often. */
export interface AccessConfig {
  /** The file of keys; absent where there is none, with a ledger in memory. */
  readonly keys?: string;
  /** 0 limits nothing. */
  readonly requestsPerMinute: number;
  readonly portalRequestsPerMinute: number;
  /** 0 keeps no log. */
  readonly auditBytesMax: number;
}
