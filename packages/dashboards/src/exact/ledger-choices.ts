import type { VariableSpec } from '../panels/dashboard-spec.ts';
import type { LedgerQuery } from '../panels/panel-spec.ts';

/** Dimensions of the ledger by the name of the variable that chooses their values. */
const DIMENSIONS = {
  customer: ['customer_id', 'Customer'],
  feature: ['feature_name', 'Feature'],
  team: ['team', 'Team'],
  environment: ['environment', 'Environment'],
  provider: ['provider', 'Provider'],
  model: ['model', 'Model'],
} as const;

type Dimension = keyof typeof DIMENSIONS;

export function ledgerChoices(...names: readonly Dimension[]): readonly VariableSpec[] {
  return names.map((name) => {
    const [query, label] = DIMENSIONS[name];
    return { name, label, description: `Only calls with this ${query}.`, query };
  });
}

/** Questions of a dashboard, each narrowed by all of its variables. */
export function ask(...names: readonly Dimension[]): (query: Omit<LedgerQuery, 'about' | 'filters'>) => LedgerQuery {
  const filters = names.map((name) => ({ field: DIMENSIONS[name][0], op: 'in', value: `$${name}` }));
  return (query) => ({ about: 'usage', ...query, filters });
}
