import type { CollectorConfig } from '../config/collector-config.ts';

/** Which calls go to which ledger. */
export interface ResidencyConfig {
  /** Each with a directory, keys, exporters and an address of its own. */
  readonly regions: ReadonlyMap<string, CollectorConfig>;
  /** The first that matches decides; a call that none matches stays where it was sent. */
  readonly rules: readonly ResidencyRule[];
}

export interface ResidencyRule {
  /** Tags, and `region` for where inference ran. All must match, each with one of its values; a `*` at the end stands for any rest. */
  readonly when: ReadonlyMap<string, readonly string[]>;
  readonly to: string;
}
