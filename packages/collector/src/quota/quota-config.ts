/** The section `quota` of `costspan.yaml`. */
export interface QuotaConfig {
  /** Rule file, and plan file; at least one of them. */
  readonly rules?: string;
  readonly plans?: string;
  readonly store: StoreConfig;
  /** How many collectors share the counters; each has so small a share of a limit while the store is away (`degraded`). */
  readonly replicas: number;
  /** Status of a refusal by a budget; a rate is always 429. */
  readonly budgetStatus: 402 | 429;
  /** Most calls of the ledger that wait to be counted. */
  readonly feedCallsMax: number;
  /** Time between two looks at how fast budgets are used. */
  readonly burnIntervalMs: number;
  /** Most buckets of a limit whose burn is known, those that used most. */
  readonly burnBucketsMax: number;
  /** Most buckets of a limit at `/metrics`, those that used most. */
  readonly metricsBucketsMax: number;
  readonly alertIntervalMs: number;
  readonly targets: readonly AlertTargetConfig[];
}

export type StoreConfig =
  | { readonly kind: 'memory' }
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string; readonly timeoutMs: number };

export const TARGET_FORMATS = ['json', 'slack'] as const;

/** Where alerts are posted to. */
export interface AlertTargetConfig {
  /** What a rule's `notify` names. */
  readonly name: string;
  readonly url: string;
  readonly format: (typeof TARGET_FORMATS)[number];
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}
