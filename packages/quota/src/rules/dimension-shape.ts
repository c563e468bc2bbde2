import type { Dimension } from './rule.ts';
import { into, type Shape, text } from './shape.ts';

/** Spellings of dimensions that the gateway has beside our tag keys. */
const SPELLINGS: Readonly<Record<string, Dimension>> = { virtualaccount: 'virtual_account' };

/** `model`, `provider`, a tag key, or `metadata.<key>` for the same tag. */
export const dimension: Shape<Dimension> = into(
  text({ max: 73, pattern: '^(metadata\\.)?[A-Za-z][A-Za-z0-9_.-]*$', example: 'customer_id' }),
  (value) => (value.startsWith('metadata.') ? value.slice('metadata.'.length) : (SPELLINGS[value] ?? value)),
);
