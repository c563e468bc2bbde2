/** What the page shows. All of it is in the URL: a link shows somebody else the same. */
export interface PageState {
  readonly range: Range;
  /** What the bars are made of. */
  readonly by: Dimension;
  readonly show: Measure;
  readonly filters: Filters;
  readonly sort: Sort;
  /** The call whose details are open. */
  readonly call?: string;
}

export const RANGES = ['1h', '24h', '7d', '30d', 'all'] as const;
export type Range = (typeof RANGES)[number];

export const DIMENSIONS = ['feature', 'model', 'team', 'customer'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What the page can be narrowed to. `status` is why a call has a cost or none; bars are not made of it. */
export const FILTERS = [...DIMENSIONS, 'status'] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = { readonly [F in Filter]?: string };

export const MEASURES = ['spend', 'tokens', 'calls'] as const;
export type Measure = (typeof MEASURES)[number];

export const SORTS = ['spend', 'calls', 'tokens', 'name'] as const;
export type Sort = (typeof SORTS)[number];

/** The names the API knows the dimensions by. */
export const FIELDS: Readonly<Record<Filter, string>> = {
  feature: 'feature_name',
  model: 'model',
  team: 'team',
  customer: 'customer_id',
  status: 'cost_status',
};

const DEFAULTS = { range: '24h', by: 'feature', show: 'spend', sort: 'spend' } as const;

/** Reads a URL's search part. What is not understood is the default: an old link still opens. */
export function stateFromSearch(search: string): PageState {
  const parameters = new URLSearchParams(search);
  const choice = <T extends string>(name: string, allowed: readonly T[], fallback: T): T =>
    allowed.find((value) => value === parameters.get(name)) ?? fallback;
  const filters: { [F in Filter]?: string } = {};
  for (const filter of FILTERS) {
    const value = parameters.get(filter);
    if (value !== null && value !== '') filters[filter] = value;
  }
  const call = parameters.get('call');
  return {
    range: choice('range', RANGES, DEFAULTS.range),
    by: choice('by', DIMENSIONS, DEFAULTS.by),
    show: choice('show', MEASURES, DEFAULTS.show),
    sort: choice('sort', SORTS, DEFAULTS.sort),
    filters,
    ...(call === null || call === '' ? {} : { call }),
  };
}

/** The inverse: `?range=7d&customer=acme`, without what is default; `?` alone when everything is. */
export function searchFromState(state: PageState): string {
  const parameters = new URLSearchParams();
  for (const name of ['range', 'by', 'show', 'sort'] as const) {
    if (state[name] !== DEFAULTS[name]) parameters.set(name, state[name]);
  }
  for (const filter of FILTERS) {
    const value = state.filters[filter];
    if (value !== undefined) parameters.set(filter, value);
  }
  if (state.call !== undefined) parameters.set('call', state.call);
  return `?${parameters}`;
}

/** With one more filter. Bars made of what is now a single value say nothing, so they change to another dimension. */
export function withFilter(state: PageState, filter: Filter, value: string): PageState {
  const filters = { ...state.filters, [filter]: value };
  const by = filters[state.by] === undefined ? state.by : DIMENSIONS.find((other) => filters[other] === undefined);
  return { ...withoutCall(state), filters, by: by ?? state.by };
}

export function withoutFilter(state: PageState, filter: Filter): PageState {
  const { [filter]: _gone, ...filters } = state.filters;
  return { ...withoutCall(state), filters };
}

export function withoutCall({ call: _closed, ...state }: PageState): PageState {
  return state;
}
