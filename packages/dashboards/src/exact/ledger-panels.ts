import type { LedgerQuery, PanelSpec } from '../panels/panel-spec.ts';

type Usage = (query: Omit<LedgerQuery, 'about' | 'filters'>) => LedgerQuery;

/** One figure of the chosen time. */
export function figure(
  usage: Usage,
  metric: string,
  title: string,
  description: string,
  look: Partial<PanelSpec> = {},
): PanelSpec {
  return { kind: 'stat', title, description, unit: 'short', ...look, queries: [usage({ metrics: [metric] })] };
}

/** How much of a metric in each bucket of time, the parts by one dimension upon each other. */
export function parts(
  usage: Usage,
  metric: string,
  by: string,
  title: string,
  description: string,
  look: Partial<PanelSpec> & { readonly limit?: number } = {},
): PanelSpec {
  const { limit, ...rest } = look;
  const query = usage({ metrics: [metric], groupBy: [by], grain: 'auto', ...(limit === undefined ? {} : { limit }) });
  return { kind: 'timeseries', title, description, unit: 'short', isStacked: true, ...rest, queries: [query] };
}

export const DOLLARS = { unit: 'currencyUSD' } as const;
export const CALLS_ARE = 'Calls to model providers, whatever became of them.';
