/** One question to Prometheus. */
export interface PrometheusQuery {
  readonly expr: string;
  /** Grafana's legend format: `{{label}}` for labels that are left after the aggregation. */
  readonly legend?: string;
}

/** One question to the exact ledger through the data source `costspan-usage-datasource`. */
export interface LedgerQuery {
  readonly about: 'usage' | 'quota';
  readonly metrics?: readonly string[];
  readonly groupBy?: readonly string[];
  /** `field` and the dashboard variable that chooses its values. */
  readonly filters?: readonly { readonly field: string; readonly op: string; readonly value: string }[];
  /** `none` makes one row for each group; the rest one row for each group and bucket of time. */
  readonly grain?: 'none' | 'auto' | 'hour' | 'day' | 'month';
  readonly limit?: number;
}

export type Query = PrometheusQuery | LedgerQuery;

/** A level from which on a value has a colour. The first one has no lower end. */
export interface Level {
  readonly from: number | null;
  readonly color: 'text' | 'green' | 'yellow' | 'orange' | 'red' | 'blue';
}

/** A column of a table: the field that a query yields, its title, and its unit when it is a number. */
export interface Column {
  readonly field: string;
  readonly title: string;
  readonly unit?: string;
  readonly levels?: readonly Level[];
}

/** A panel without its place and its data source. */
export interface PanelSpec {
  readonly kind: 'timeseries' | 'stat' | 'table';
  readonly title: string;
  /** What is shown and how to read it, in sentences. */
  readonly description: string;
  /** Grafana's id of the unit: `currencyUSD`, `percentunit`, `s`, `short`, … For a table: of columns that state none. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Of 24. Default 12. */
  readonly width?: number;
  /** In rows of 30 pixels. Default 8; 4 for a stat. */
  readonly height?: number;
  /** Completes "Empty when …": where the panel rightly shows nothing. */
  readonly emptyWhen?: string;
  readonly levels?: readonly Level[];
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** Series stand on each other: they are parts of a sum. */
  readonly isStacked?: boolean;
  readonly columns?: readonly Column[];
}

export function isPrometheus(query: Query): query is PrometheusQuery {
  return 'expr' in query;
}
