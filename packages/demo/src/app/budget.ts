/** How many provider calls may still be made. Every call takes one before it starts. */
export interface Budget {
  /** False when nothing is left; then the call must not be made. */
  take(): boolean;
  readonly taken: number;
  readonly spent: boolean;
}

export function createBudget(callsMax: number): Budget {
  let taken = 0;
  return {
    take() {
      if (taken >= callsMax) return false;
      taken += 1;
      return true;
    },
    get taken() {
      return taken;
    },
    get spent() {
      return taken >= callsMax;
    },
  };
}
