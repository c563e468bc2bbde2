import {
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourceJsonData,
  LoadingState,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { aList, anObject, aText } from '../api/check.ts';
import { ask } from '../api/transport.ts';
import { askVersion } from '../api/usage-api.ts';
import { answerQuery } from './answer-query.ts';
import type { Replace } from './chosen-values.ts';
import { type LedgerQuery, NEW_QUERY, wholeQuery } from './ledger-query.ts';

/** Values that a variable offers, those of most calls first. */
const VALUES_MAX = 1000;

/** What a variable asks: the name of a dimension, as text or as older dashboards hold it. */
export type VariableQuery = string | { readonly dimension?: string };

/**
 * The exact ledger as a data source, for panels that anybody builds. It asks through the app's own proxy routes, so it has
 * no address and no token of its own, and whoever may see the app may ask.
 */
export class UsageDataSource extends DataSourceApi<LedgerQuery> {
  constructor(settings: DataSourceInstanceSettings<DataSourceJsonData>) {
    super(settings);
    this.annotations = {};
  }

  override getDefaultQuery(): Partial<LedgerQuery> {
    return { ...NEW_QUERY };
  }

  override filterQuery(query: LedgerQuery): boolean {
    const { about, metrics } = wholeQuery(query);
    return query.hide !== true && (about !== 'usage' || metrics.length > 0);
  }

  /** Every query by itself: what fails is told at its panel, and the others answer. */
  override async query(request: DataQueryRequest<LedgerQuery>): Promise<DataQueryResponse> {
    const { range, timezone, scopedVars, targets } = request;
    const asked = { fromMs: range.from.valueOf(), toMs: range.to.valueOf(), timezone: zoneOf(timezone) };
    const answers = await Promise.allSettled(
      targets
        .filter((target) => this.filterQuery(target))
        .map((target) => answerQuery(target, asked, replaceWith(scopedVars), Date.now())),
    );
    const failed = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    return {
      data: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
      state: failed.length === 0 ? LoadingState.Done : LoadingState.Error,
      ...(failed.length === 0 ? {} : { errors: failed.map((cause) => ({ message: messageOf(cause) })) }),
    };
  }

  /** The values of a dimension in the chosen time, for variables. */
  override async metricFindQuery(
    query: VariableQuery,
    options?: { readonly range?: DataQueryRequest['range'] },
  ): Promise<MetricFindValue[]> {
    const field = typeof query === 'string' ? query.trim() : (query.dimension ?? '');
    if (field === '') return [];
    const range = options?.range;
    const { values } = await ask(
      {
        route: 'read',
        path: 'usage/values',
        params: {
          field,
          limit: String(VALUES_MAX),
          ...(range === undefined ? {} : { from: range.from.toISOString(), to: range.to.toISOString() }),
        },
      },
      anObject({ values: aList(anObject({ value: aText })) }),
    );
    return values.map(({ value }) => ({ text: value, value }));
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    try {
      const { version } = await askVersion();
      return { status: 'success', message: `Costspan ${version} answers.` };
    } catch (cause) {
      const message = `${messageOf(cause)}. The address and the token are those of the Costspan app: Plugins, Costspan, Configuration.`;
      return { status: 'error', message };
    }
  }
}

function replaceWith(scopedVars: ScopedVars | undefined): Replace {
  return (text, format) => getTemplateSrv().replace(text, scopedVars, format);
}

/** Grafana says `browser` for the zone of whoever looks. */
function zoneOf(timezone: string): string {
  if (timezone === '' || timezone === 'browser') return Intl.DateTimeFormat().resolvedOptions().timeZone;
  return timezone === 'utc' ? 'UTC' : timezone;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
