import { APP_PATH } from '../plugin-id.ts';

interface Labelled {
  readonly labels?: Readonly<Record<string, string>>;
}

/** What Grafana tells of the place a link is offered at; read with care, since each place and version tells other things. */
interface Context {
  /** Of a dashboard panel. */
  readonly data?: { readonly series?: readonly { readonly fields?: readonly Labelled[] }[] };
  readonly timeRange?: { readonly from?: unknown; readonly to?: unknown };
  /** Of an alert that fires. */
  readonly instance?: Labelled;
}

/** The page of the one customer that a panel or an alert is about; `undefined` when it is about none, or about several. */
export function customerPath(context: object | undefined): string | undefined {
  const { data, instance, timeRange } = (context ?? {}) as Context;
  const labelled = [
    ...(data?.series ?? []).flatMap(({ fields = [] }) => fields),
    ...(instance === undefined ? [] : [instance]),
  ];
  const customers = new Set(
    labelled.map(({ labels }) => labels?.['customer_id']).filter((id) => id !== undefined && id !== ''),
  );
  const [customer] = customers;
  if (customer === undefined || customers.size > 1 || customer.startsWith('(')) return undefined;
  const period = [
    ['from', timeRange?.from],
    ['to', timeRange?.to],
  ].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const query = new URLSearchParams(period).toString();
  return `${APP_PATH}/customers/${encodeURIComponent(customer)}${query === '' ? '' : `?${query}`}`;
}
