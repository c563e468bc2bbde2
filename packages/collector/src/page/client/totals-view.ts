import type { Row } from './api.ts';
import { type Child, h } from './dom.ts';
import { formatChange, formatCompact, formatCount, formatShare } from './format-count.ts';
import { exactMoney, formatMoney } from './format-money.ts';
import { type PageData, tokensOf } from './load-page.ts';
import { stateLink } from './navigation.ts';
import { type PageState, type Range, withFilter } from './page-state.ts';
import { STATUS_NAMES } from './status-names.ts';

/** The four numbers on top. Rounded to be read; the exact value is one hover away. */
export function totalsView({ total, before, unpriced }: PageData, state: PageState): HTMLElement[] {
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
      changeSince(Number(cost ?? 0), before && Number(before['cost'] ?? 0), state.range),
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
      unpricedCalls === 0
        ? h('span', { class: 'good' }, 'every call has a price')
        : h('span', {}, ...reasons(unpriced, state)),
    ),
  ];
}

/** The two most frequent reasons; each leads to its calls. */
function reasons(unpriced: readonly Row[], state: PageState): Child[] {
  return unpriced
    .toSorted((a, b) => Number(b['unpriced_calls']) - Number(a['unpriced_calls']))
    .slice(0, 2)
    .flatMap((row, index) => {
      const status = String(row['cost_status']);
      const words = `${formatCompact(Number(row['unpriced_calls']))} ${STATUS_NAMES[status] ?? status}`;
      const link = stateLink(
        state,
        (now) => ({ ...withFilter(now, 'status', status), show: 'calls' }),
        { class: 'note-link', 'data-key': `status-${status}` },
        words,
      );
      return index === 0 ? [link] : [' · ', link];
    });
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
