/** A metric query of a panel by the name that its formula uses. */
export interface Query {
  readonly name: string;
  readonly query: string;
  /** How a scalar is made of a series. */
  readonly aggregator?: 'sum' | 'avg' | 'max' | 'last';
}

export interface Formula {
  readonly formula: string;
  readonly alias?: string;
  readonly unit?: Unit;
  readonly limit?: { readonly count: number; readonly order: 'desc' };
}

export type Unit = 'dollar' | 'token' | 'second' | 'request' | 'fraction';

type Span = 'month_to_date' | 'past_1h' | 'global';

function requestOf(queries: readonly Query[], formulas: readonly Formula[], format: 'scalar' | 'timeseries') {
  return {
    response_format: format,
    queries: queries.map(({ name, query, aggregator = 'sum' }) => ({
      data_source: 'metrics',
      name,
      query,
      ...(format === 'scalar' ? { aggregator } : {}),
    })),
    formulas: formulas.map(({ formula, alias, unit, limit }) => ({
      formula,
      ...(alias === undefined ? {} : { alias }),
      ...(limit === undefined ? {} : { limit }),
      ...(unit === undefined || unit === 'fraction'
        ? {}
        : { number_format: { unit: { type: 'canonical_unit', unit_name: unit } } }),
    })),
  };
}

export function queryValue(title: string, queries: readonly Query[], formula: Formula, span: Span = 'global') {
  return {
    definition: {
      type: 'query_value',
      title,
      autoscale: true,
      precision: 2,
      requests: [requestOf(queries, [formula], 'scalar')],
      ...(span === 'global' ? {} : { time: { live_span: span } }),
    },
  };
}

export function timeseries(
  title: string,
  queries: readonly Query[],
  formulas: readonly Formula[],
  display: 'line' | 'bars' | 'area' = 'line',
) {
  return {
    definition: {
      type: 'timeseries',
      title,
      show_legend: true,
      legend_layout: 'auto',
      requests: [{ ...requestOf(queries, formulas, 'timeseries'), display_type: display }],
    },
  };
}

export function toplist(title: string, queries: readonly Query[], formula: Formula) {
  return {
    definition: {
      type: 'toplist',
      title,
      requests: [requestOf(queries, [{ limit: { count: 20, order: 'desc' }, ...formula }], 'scalar')],
    },
  };
}

export function table(title: string, queries: readonly Query[], formulas: readonly Formula[]) {
  const [first, ...rest] = formulas;
  const sorted = first === undefined ? [] : [{ limit: { count: 50, order: 'desc' as const }, ...first }, ...rest];
  return { definition: { type: 'query_table', title, requests: [requestOf(queries, sorted, 'scalar')] } };
}

export function note(content: string) {
  return { definition: { type: 'note', content, background_color: 'gray', show_tick: false } };
}

export function group(title: string, widgets: readonly object[]) {
  return { definition: { type: 'group', title, layout_type: 'ordered', show_title: true, widgets } };
}
