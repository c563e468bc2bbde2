/** Stands for calls that have no value in a group. As a filter value it selects them. */
export const UNTAGGED = '(untagged)';
/** Stands for all groups beyond the limit. */
export const OTHER = '(other)';
/** Stands for calls that are deleted and live on in sums, in a group that the sums do not know. */
export const EXPIRED = '(expired)';
