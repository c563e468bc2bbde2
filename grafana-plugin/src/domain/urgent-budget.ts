interface Standing {
  readonly state: string;
  readonly mode: string;
  readonly used_ratio: number | null;
}

/** The most pressing first. */
const URGENCY = ['exhausted', 'alarm', 'over_pace', 'at_risk', 'ok'];

/** The budget that will stop somebody first: one that refuses before one that only watches, then by state, then the fullest. */
export function urgentBudget<B extends Standing>(budgets: readonly B[]): B | undefined {
  return [...budgets].sort(byUrgency)[0];
}

function byUrgency(a: Standing, b: Standing): number {
  return (
    Number(a.mode === 'audit') - Number(b.mode === 'audit') ||
    URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state) ||
    // Nothing may be used of a limit of 0: that is as full as can be.
    (b.used_ratio ?? 1) - (a.used_ratio ?? 1)
  );
}
