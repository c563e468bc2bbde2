import type { UsageSource } from '@costspan/usage';
import type { Reading } from '../providers/provider.ts';

/** For answers that say nothing but their result and their usage. */
export function readNothing(): Reading {
  return { finishReasons: [], attributes: {} };
}

/** For answers without usage, and for usage that is read elsewhere. */
export const noUsage: UsageSource = {
  name: 'none',
  providers: [],
  apis: [],
  convention: 'cache_included',
  matches: () => false,
  extract: () => ({ meters: {} }),
};
