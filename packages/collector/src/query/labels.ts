/** Stands for calls that have no value in a group. As a filter value it selects them. */
export const UNTAGGED = '(untagged)';
/** Stands for all groups beyond the limit. */
export const OTHER = '(other)';
