import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { apiErrorOf } from './api-error.ts';

interface Frame {
  readonly schema?: { readonly fields?: readonly { readonly labels?: Readonly<Record<string, string>> }[] };
  readonly data?: { readonly values?: readonly (readonly unknown[])[] };
}

/**
 * Cost by customer as Prometheus sees it: the increase of the collector's counter, an estimate by nature.
 * @throws ApiError
 */
export async function askMetricCost(
  uid: string,
  fromMs: number,
  toMs: number,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const expr = `sum by (customer_id) (increase(costspan_cost_usd_total[${Math.round((toMs - fromMs) / 1000)}s]))`;
  const query = { refId: 'A', datasource: { uid, type: 'prometheus' }, expr, instant: true, range: false };
  try {
    const response = getBackendSrv().fetch<{ results?: Record<string, { frames?: readonly Frame[]; error?: string }> }>(
      {
        url: '/api/ds/query',
        method: 'POST',
        data: { queries: [query], from: String(fromMs), to: String(toMs) },
        showErrorAlert: false,
        ...(signal === undefined ? {} : { abortSignal: signal }),
      },
    );
    const { results } = (await lastValueFrom(response)).data;
    const { frames = [], error } = results?.['A'] ?? {};
    if (error !== undefined) throw { status: 500, data: { message: error } };
    return new Map(frames.flatMap(costIn));
  } catch (cause) {
    throw apiErrorOf(cause, '');
  }
}

/** Digits that a double does hold, so that the text looks no more exact than it is. */
const DIGITS = 9;

function costIn({ schema, data }: Frame): [string, string][] {
  return (schema?.fields ?? []).flatMap(({ labels }, index): [string, string][] => {
    const value = data?.values?.[index]?.at(-1);
    if (labels?.['customer_id'] === undefined || typeof value !== 'number') return [];
    return [[labels['customer_id'], value.toFixed(DIGITS)]];
  });
}
