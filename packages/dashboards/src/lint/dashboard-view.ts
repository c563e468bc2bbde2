/** What the rules look at of a dashboard in Grafana's Classic model; whatever else it holds is Grafana's. */
export interface DashboardView {
  readonly file: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly uid: string;
  readonly panels: readonly PanelView[];
  readonly variables: readonly VariableView[];
}

export interface PanelView {
  readonly json: Readonly<Record<string, unknown>>;
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets: readonly TargetView[];
  readonly grid: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export interface TargetView {
  readonly json: Readonly<Record<string, unknown>>;
  readonly refId: string;
  /** PromQL; `undefined` when the target is no question to Prometheus. */
  readonly expr: string | undefined;
  readonly legend: string;
}

export interface VariableView {
  readonly json: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly type: string;
  /** What its values are asked with. */
  readonly query: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads a dashboard. What is missing is empty, so that a rule can say so. Rows that are folded give up their panels. */
export function viewDashboard(file: string, json: unknown): DashboardView {
  const dashboard = objectOf(json);
  return {
    file,
    json: dashboard,
    uid: textOf(dashboard['uid']),
    panels: listOf(dashboard['panels'])
      .flatMap((panel) => [panel, ...listOf(panel['panels'])])
      .map(viewPanel),
    variables: listOf(objectOf(dashboard['templating'])['list']).map((variable) => ({
      json: variable,
      name: textOf(variable['name']),
      type: textOf(variable['type']),
      query: queryText(variable['query']),
    })),
  };
}

function viewPanel(panel: Json): PanelView {
  const grid = objectOf(panel['gridPos']);
  return {
    json: panel,
    id: numberOf(panel['id']),
    type: textOf(panel['type']),
    title: textOf(panel['title']),
    targets: listOf(panel['targets']).map((target) => ({
      json: target,
      refId: textOf(target['refId']),
      expr: typeof target['expr'] === 'string' ? target['expr'] : undefined,
      legend: textOf(target['legendFormat']),
    })),
    grid: { x: numberOf(grid['x']), y: numberOf(grid['y']), w: numberOf(grid['w']), h: numberOf(grid['h']) },
  };
}

/** Panels that ask something: rows and texts do not. */
export function asking({ panels }: DashboardView): readonly PanelView[] {
  return panels.filter(({ type }) => type !== 'row' && type !== 'text');
}

function queryText(query: unknown): string {
  return typeof query === 'string' ? query : JSON.stringify(query ?? '');
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
