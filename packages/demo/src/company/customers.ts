/** The plans of Lumen, the knowledge base that the demo app and its history belong to. */
export const PLANS = ['free', 'team', 'enterprise'] as const;
export type Plan = (typeof PLANS)[number];

export interface Customer {
  readonly id: string;
  readonly plan: Plan;
  /** Share of all traffic, relative to the others. */
  readonly weight: number;
  /** People who use it; they are `user` tags `<customer>-u1`, `<customer>-u2`, … */
  readonly users: number;
}

/** Twelve invented customers: two large ones make half of the traffic, and a long tail makes little. */
export const CUSTOMERS: readonly Customer[] = [
  { id: 'acme', plan: 'enterprise', weight: 30, users: 40 },
  { id: 'halcyon', plan: 'enterprise', weight: 22, users: 30 },
  { id: 'orbitlabs', plan: 'enterprise', weight: 10, users: 18 },
  { id: 'brightwater', plan: 'team', weight: 9, users: 12 },
  { id: 'quillmark', plan: 'team', weight: 7, users: 9 },
  { id: 'fernhill', plan: 'team', weight: 6, users: 8 },
  { id: 'tidepool', plan: 'team', weight: 4.5, users: 6 },
  { id: 'copperleaf', plan: 'team', weight: 3.5, users: 5 },
  { id: 'sundial', plan: 'free', weight: 2.5, users: 3 },
  { id: 'papercrane', plan: 'free', weight: 2, users: 2 },
  { id: 'mossgarden', plan: 'free', weight: 1.5, users: 2 },
  { id: 'larkspur', plan: 'free', weight: 1, users: 1 },
];
