import type { Reading } from '../providers/provider.ts';

/** For answers that say nothing but their result and their usage. */
export function readNothing(): Reading {
  return { finishReasons: [], attributes: {} };
}
