import type { PanelSpec } from './panel-spec.ts';

/** A dashboard as its file in this package states it. */
export interface DashboardSpec {
  /** `costspan-…`: also the name of its file. Never changes, since links are made of it. */
  readonly uid: string;
  readonly title: string;
  /** The question it answers. */
  readonly question: string;
  /** The data it needs, for people. */
  readonly needs: string;
  readonly source: DataSource;
  /** Grafana's relative time: `6h`, `30d`. */
  readonly from: string;
  readonly variables: readonly VariableSpec[];
  readonly rows: readonly RowSpec[];
}

export type DataSource = 'prometheus' | 'costspan-usage-datasource';

/** A choice at the top of the dashboard, by which every query of it is narrowed. */
export interface VariableSpec {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** For Prometheus `label_values(…)`; for the ledger the name of the dimension. */
  readonly query: string;
  /** All means each value that is offered, and not whatever there is: `up` is of every job. */
  readonly isListed?: boolean;
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}
