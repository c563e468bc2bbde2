import { files, read } from '../repository.ts';
import type { PrometheusServer, Sample } from './prometheus-server.ts';

export interface PanelQuery {
  readonly panel: string;
  readonly refId: string;
  readonly expr: string;
  readonly isInstant: boolean;
  /** What its description completes “Empty when …” with; `undefined` when it must never be empty. */
  readonly emptyWhen: string | undefined;
}

interface PanelJson {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly refId: string; readonly expr?: string; readonly instant?: boolean }[];
}

/** The dashboards that read Prometheus, by uid, with every query of theirs as it is committed. */
export const METRIC_DASHBOARDS: readonly (readonly [uid: string, queries: readonly PanelQuery[]])[] = files(
  'dashboards/grafana/*.json',
)
  .map((file) => JSON.parse(read(file)) as { readonly uid: string; readonly panels: readonly PanelJson[] })
  .map(({ uid, panels }) => [uid, panels.flatMap(queriesOf)] as const)
  .filter(([, queries]) => queries.length > 0);

export function queryOf(uid: string, panel: string, refId = 'A'): PanelQuery {
  const queries = METRIC_DASHBOARDS.find(([other]) => other === uid)?.[1] ?? [];
  const found = queries.find((query) => query.panel === panel && query.refId === refId);
  if (found === undefined) throw new Error(`${uid} has no query ${refId} in "${panel}"`);
  return found;
}

/** The query as Grafana sends it, with All chosen everywhere and `rangeS` seconds looked at. */
export function sentQuery({ expr }: PanelQuery, rangeS: number, rateIntervalS: number): string {
  return expr
    .replaceAll('$__rate_interval', `${rateIntervalS}s`)
    .replaceAll('$__range', `${rangeS}s`)
    .replace(/=~"\$\w+"/g, '=~".*"')
    .replace(/\(\$[a-z]\w*\)/g, '(.*)');
}

/** What a stat or a table shows, as of now or of `atMs`. */
export function shown(
  prometheus: PrometheusServer,
  query: PanelQuery,
  rangeS: number,
  atMs?: number,
): Promise<readonly Sample[]> {
  return prometheus.instant(sentQuery(query, rangeS, rangeS), atMs);
}

function queriesOf({ title, description = '', targets = [] }: PanelJson): readonly PanelQuery[] {
  return targets.flatMap(({ refId, expr, instant }) =>
    expr === undefined
      ? []
      : [
          {
            panel: title,
            refId,
            expr,
            isInstant: instant === true,
            emptyWhen: /Empty when (.+)\.$/.exec(description)?.[1],
          },
        ],
  );
}
