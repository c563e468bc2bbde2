import type { Row } from './api.ts';
import { type Child, h } from './dom.ts';
import { formatCompact, formatCount, formatShare } from './format-count.ts';
import { exactMoney, formatMoney } from './format-money.ts';
import { type PageData, tokensOf } from './load-page.ts';
import { stateLink } from './navigation.ts';
import { FIELDS, type PageState, type Sort, withFilter } from './page-state.ts';
import { sparkline } from './sparkline.ts';
import { OTHER } from './stack-series.ts';

/** Who used what and what it cost. */
export function customersView(customers: NonNullable<PageData['customers']>, total: Row, state: PageState): Child[] {
  const whole = Number(total['cost'] ?? 0);
  const rows = customers.rows.toSorted(BY[state.sort]);
  return [
    h(
      'header',
      { class: 'card-head' },
      h('h2', {}, 'Customers'),
      h('p', { class: 'muted' }, `${formatCount(rows.length)} in this range`),
    ),
    h(
      'div',
      { class: 'table-scroll' },
      h(
        'table',
        { class: 'rows' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            sortable('Customer', 'name', state),
            h('th', { scope: 'col', class: 'wide' }, 'Share of spend'),
            h('th', { scope: 'col', class: 'roomy' }, 'Trend'),
            sortable('Calls', 'calls', state),
            sortable('Tokens', 'tokens', state),
            h('th', { scope: 'col', class: 'number roomy' }, 'Unpriced'),
            sortable('Spend', 'spend', state),
          ),
        ),
        h('tbody', {}, ...rows.map((row) => customerRow(row, whole, customers.trends, state))),
      ),
    ),
  ];
}

const money = (row: Row) => Number(row['cost'] ?? 0);

const BY: Readonly<Record<Sort, (a: Row, b: Row) => number>> = {
  spend: (a, b) => money(b) - money(a),
  calls: (a, b) => Number(b['calls']) - Number(a['calls']),
  tokens: (a, b) => tokensOf(b) - tokensOf(a),
  name: (a, b) => nameOf(a).localeCompare(nameOf(b)),
};

function nameOf(row: Row): string {
  return String(row[FIELDS.customer]);
}

function sortable(title: string, sort: Sort, state: PageState): HTMLElement {
  const isCurrent = state.sort === sort;
  return h(
    'th',
    {
      scope: 'col',
      class: sort === 'name' ? '' : 'number',
      'aria-sort': isCurrent ? (sort === 'name' ? 'ascending' : 'descending') : undefined,
    },
    stateLink(state, (now) => ({ ...now, sort }), { class: 'sort', 'data-key': `sort-${sort}` }, title),
  );
}

function customerRow(
  row: Row,
  whole: number,
  trends: ReadonlyMap<string, readonly number[]>,
  state: PageState,
): HTMLElement {
  const name = nameOf(row);
  const cost = row['cost'];
  const share = whole === 0 ? 0 : money(row) / whole;
  const unpriced = Number(row['unpriced_calls'] ?? 0);
  const calls = Number(row['calls'] ?? 0);
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      name === OTHER
        ? h('span', { class: 'muted' }, 'all others')
        : stateLink(
            state,
            (now) => withFilter(now, 'customer', name),
            { class: 'row-link', 'data-key': `customer-${name}` },
            name,
          ),
    ),
    h('td', { class: 'wide' }, shareBar(share)),
    h('td', { class: 'roomy' }, sparkline(trends.get(name) ?? [])),
    h('td', { class: 'number' }, formatCount(calls)),
    h('td', { class: 'number', title: formatCount(tokensOf(row)) }, formatCompact(tokensOf(row))),
    h('td', { class: unpriced > 0 ? 'number roomy' : 'number roomy faint' }, formatCount(unpriced)),
    h(
      'td',
      { class: 'number strong', title: typeof cost === 'string' ? exactMoney(cost) : 'no call has a price' },
      typeof cost === 'string' ? formatMoney(cost) : '—',
    ),
  );
}

/** Even the smallest share is a dot: not nothing. */
const SHARE_PERCENT_MIN = 0.8;

function shareBar(share: number): HTMLElement {
  const fill = h('div', { class: 'share-fill' });
  fill.style.width = `${share === 0 ? 0 : Math.max(SHARE_PERCENT_MIN, share * 100)}%`;
  return h(
    'div',
    { class: 'share' },
    h('div', { class: 'share-track', 'aria-hidden': 'true' }, fill),
    h('span', { class: 'share-text' }, formatShare(share)),
  );
}
