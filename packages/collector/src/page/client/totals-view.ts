import type { Row } from './api.ts';
import { type Child, h } from './dom.ts';
import { formatChange, formatCompact, formatCount, formatShare } from './format-count.ts';
import { exactMoney, formatMoney } from './format-money.ts';
import { type PageData, tokensOf } from './load-page.ts';
import type { Range } from './page-state.ts';

/** The four numbers on top. Rounded to be read; the exact value is one hover away. */
export function totalsView({ total, before, unpriced }: PageData, range: Range): HTMLElement[] {
  const cost = total['cost'];
  const calls = Number(total['calls'] ?? 0);
  const errors = Number(total['errors'] ?? 0);
  const input = Number(total['input_tokens'] ?? 0);
  const cached = Number(total['cache_read_tokens'] ?? 0);
  const unpricedCalls = Number(total['unpriced_calls'] ?? 0);
  return [
    tile(
      'Spend',
      typeof cost === 'string' ? formatMoney(cost) : '—',
      typeof cost === 'string' ? exactMoney(cost) : 'no call in this range has a price',
      changeSince(Number(cost ?? 0), before && Number(before['cost'] ?? 0), range),
    ),
    tile(
      'Calls',
      formatCompact(calls),
      `${formatCount(calls)} calls`,
      h('span', {}, errors === 0 ? 'none failed' : `${formatShare(errors / calls)} failed`),
    ),
    tile(
      'Tokens',
      formatCompact(tokensOf(total)),
      `${formatCount(input)} in, ${formatCount(Number(total['output_tokens'] ?? 0))} out`,
      h('span', {}, input === 0 ? 'no input' : `${formatShare(cached / input)} of input from cache`),
    ),
    tile(
      'Unpriced calls',
      formatCompact(unpricedCalls),
      `${formatCount(unpricedCalls)} calls have no cost; they are not counted as free`,
      unpricedCalls === 0 ? h('span', { class: 'good' }, 'every call has a price') : h('span', {}, reasons(unpriced)),
    ),
  ];
}

/** What each status of a cost means to a reader. */
export const STATUS_NAMES: Readonly<Record<string, string>> = {
  priced: 'priced',
  free: 'free',
  partial: 'partly priced',
  estimated: 'estimated',
  provider_reported: 'reported by the provider',
  unpriced: 'no price known',
  inconsistent: 'counts contradict',
  usage_missing: 'no usage reported',
};

function reasons(unpriced: readonly Row[]): string {
  return unpriced
    .toSorted((a, b) => Number(b['unpriced_calls']) - Number(a['unpriced_calls']))
    .slice(0, 2)
    .map((row) => {
      const status = String(row['cost_status']);
      return `${formatCompact(Number(row['unpriced_calls']))} ${STATUS_NAMES[status] ?? status}`;
    })
    .join(' · ');
}

function tile(label: string, value: string, exact: string, note: Child): HTMLElement {
  return h(
    'div',
    { class: 'tile' },
    h('h2', { class: 'tile-label' }, label),
    h('p', { class: 'tile-value', title: exact }, value),
    h('p', { class: 'tile-note' }, note),
  );
}

function changeSince(now: number, before: number | undefined, range: Range): HTMLElement {
  if (before === undefined) return h('span', {}, 'since the first call');
  const change = formatChange(now, before);
  if (change === undefined) return h('span', {}, `nothing in the ${range} before`);
  return h(
    'span',
    {},
    h('span', { class: change.startsWith('−') ? 'change down' : 'change up' }, change),
    ` vs the ${range} before`,
  );
}
