export const VALUES_LIMIT_DEFAULT = 100;
export const VALUES_LIMIT_MAX = 10_000;
export const FIELDS_LIMIT_DEFAULT = 200;
export const FIELDS_LIMIT_MAX = 1000;

/** Which keys of tags calls carry, besides those that every table knows by name. */
export interface TagKeysQuery {
  /** Microseconds since 1970 UTC; `[fromUs, toUs)` over the start of the call. Absent means unbounded. */
  readonly fromUs?: number;
  readonly toUs?: number;
  readonly limit: number;
}

export interface TagKeyCount {
  readonly key: string;
  readonly calls: number;
}
