import type { CallUse } from './call-use.ts';
import type { Hold } from './quota-gate.ts';

/** A hold that ends once: the first of its two ends counts. `undefined`: the call was never made. */
export function endingOnce(end: (use: CallUse | undefined) => void): Hold {
  let isOver = false;
  const first = (use: CallUse | undefined): void => {
    if (isOver) return;
    isOver = true;
    end(use);
  };
  return { settle: first, release: () => first(undefined) };
}
