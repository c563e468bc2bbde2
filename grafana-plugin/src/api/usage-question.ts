import type { Grain } from '../domain/grain.ts';

export type FilterOp = 'eq' | 'neq' | 'in' | 'not_in' | 'exists' | 'not_exists' | 'starts_with' | 'contains';
export interface Filter {
  readonly field: string;
  readonly op: FilterOp;
  readonly value?: string | readonly string[];
}

/** The body of `POST /api/v1/usage/query`. */
export interface UsageQuestion {
  /** ISO instants; `[from, to)` over the start of a call. */
  readonly from: string;
  readonly to: string;
  /** IANA name. */
  readonly timezone: string;
  readonly grain?: Grain | 'none';
  readonly metrics: readonly string[];
  readonly groupBy?: readonly string[];
  readonly filters?: readonly Filter[];
  readonly orderBy?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  readonly limit?: number;
  readonly fill?: 'none' | 'zero';
  readonly compare?: 'previous_period' | 'previous_year';
  /** False: no `(other)` but pages of groups. */
  readonly fold?: boolean;
  readonly cursor?: string;
}

/** Names that the API gives to groups that are no value. */
export const UNTAGGED = '(untagged)';
export const OTHER = '(other)';
