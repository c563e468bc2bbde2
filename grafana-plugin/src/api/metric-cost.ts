import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { apiErrorOf } from './api-error.ts';

interface Frame {
  readonly schema?: { readonly fields?: readonly { readonly labels?: Readonly<Record<string, string>> }[] };
  readonly data?: { readonly values?: readonly (readonly unknown[])[] };
}

/** What Prometheus knows of the cost of a customer. */
export interface MetricCost {
  /** Increase of the collector's counter: an estimate by nature, as a decimal text. */
  readonly cost: string;
  /** How often the counter began anew. */
  readonly resets: number;
  /** Share of the scrapes of the time that saw the counter, against the series that was seen most. */
  readonly seen: number;
}

/**
 * Cost by customer as Prometheus sees it, and what may be wrong with that.
 * @throws ApiError
 */
export async function askMetricCost(
  uid: string,
  fromMs: number,
  toMs: number,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, MetricCost>> {
  const range = `costspan_cost_usd_total[${Math.round((toMs - fromMs) / 1000)}s]`;
  const query = (refId: string, expr: string) => ({
    refId,
    datasource: { uid, type: 'prometheus' },
    expr,
    instant: true,
    range: false,
  });
  const queries = [
    query('cost', `sum by (customer_id) (increase(${range}))`),
    query('resets', `sum by (customer_id) (resets(${range}))`),
    query('samples', `max by (customer_id) (count_over_time(${range}))`),
  ];
  try {
    const response = getBackendSrv().fetch<{ results?: Record<string, { frames?: readonly Frame[]; error?: string }> }>(
      {
        url: '/api/ds/query',
        method: 'POST',
        data: { queries, from: String(fromMs), to: String(toMs) },
        showErrorAlert: false,
        ...(signal === undefined ? {} : { abortSignal: signal }),
      },
    );
    const { results = {} } = (await lastValueFrom(response)).data;
    const [cost, resets, samples] = queries.map(({ refId }) => {
      const { frames = [], error } = results[refId] ?? {};
      if (error !== undefined) throw { status: 500, data: { message: error } };
      return new Map(frames.flatMap(valuesIn));
    });
    const most = Math.max(1, ...(samples?.values() ?? []));
    return new Map(
      [...(cost ?? [])].map(([customer, value]) => [
        customer,
        {
          cost: value.toFixed(DIGITS),
          resets: resets?.get(customer) ?? 0,
          seen: (samples?.get(customer) ?? most) / most,
        },
      ]),
    );
  } catch (cause) {
    throw apiErrorOf(cause, '');
  }
}

/** Digits that a double does hold, so that the text looks no more exact than it is. */
const DIGITS = 9;

function valuesIn({ schema, data }: Frame): [string, number][] {
  return (schema?.fields ?? []).flatMap(({ labels }, index): [string, number][] => {
    const value = data?.values?.[index]?.at(-1);
    if (labels?.['customer_id'] === undefined || typeof value !== 'number') return [];
    return [[labels['customer_id'], value]];
  });
}
