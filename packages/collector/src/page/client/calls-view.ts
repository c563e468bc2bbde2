import type { CallSummary } from './api.ts';
import { type Child, h } from './dom.ts';
import { formatCompact, formatCount } from './format-count.ts';
import { exactMoney, formatMoney } from './format-money.ts';
import { formatDuration, formatInstant } from './format-time.ts';
import { stateLink } from './navigation.ts';
import type { PageState } from './page-state.ts';
import { STATUS_NAMES } from './status-names.ts';

export interface CallsInput {
  readonly calls: readonly CallSummary[];
  /** Absent when all calls are shown. */
  readonly onMore: (() => void) | undefined;
  readonly isLoadingMore: boolean;
}

/** The calls behind the numbers, newest first. */
export function callsView({ calls, onMore, isLoadingMore }: CallsInput, state: PageState): Child[] {
  return [
    h('header', { class: 'card-head' }, h('h2', {}, 'Calls'), h('p', { class: 'muted' }, 'newest first')),
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
            ...['Time', 'Feature', 'Model'].map((title) => h('th', { scope: 'col' }, title)),
            h('th', { scope: 'col', class: 'roomy' }, 'Outcome'),
            h('th', { scope: 'col', class: 'number roomy' }, 'Duration'),
            ...['Input', 'Output', 'Cost'].map((title) => h('th', { scope: 'col', class: 'number' }, title)),
          ),
        ),
        h('tbody', {}, ...calls.map((call) => callRow(call, state))),
      ),
    ),
    onMore !== undefined &&
      h(
        'button',
        { class: 'button more', type: 'button', disabled: isLoadingMore, 'data-key': 'more', onclick: onMore },
        isLoadingMore ? 'Loading …' : 'Show more calls',
      ),
  ];
}

/** How a call ended, as a coloured word. */
export function outcomeBadge(outcome: string): HTMLElement {
  const tone = outcome === 'ok' ? 'good' : outcome === 'error' ? 'bad' : 'warn';
  return h('span', { class: `badge ${tone}` }, outcome);
}

/** A cost, or why there is none. */
function costCell(call: Pick<CallSummary, 'cost' | 'currency' | 'cost_status'>): HTMLElement {
  return call.cost === null
    ? h('span', { class: 'muted', title: STATUS_NAMES[call.cost_status] ?? call.cost_status }, '—')
    : h('span', { title: exactMoney(call.cost, call.currency) }, formatMoney(call.cost));
}

function callRow(call: CallSummary, state: PageState): HTMLElement {
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      stateLink(
        state,
        (now) => ({ ...now, call: call.id }),
        { class: 'row-link', 'data-key': `call-${call.id}`, title: call.started_at },
        formatInstant(Date.parse(call.started_at)),
      ),
    ),
    h('td', {}, call.tags['feature_name'] ?? h('span', { class: 'muted' }, '(untagged)')),
    h('td', { class: 'model' }, call.model ?? h('span', { class: 'muted' }, 'unknown')),
    h('td', { class: 'roomy' }, outcomeBadge(call.outcome)),
    h('td', { class: 'number roomy' }, formatDuration(call.duration_ms)),
    tokens(call.usage['input_tokens']),
    tokens(call.usage['output_tokens']),
    h('td', { class: 'number strong' }, costCell(call)),
  );
}

function tokens(count: number | undefined): HTMLElement {
  return count === undefined
    ? h('td', { class: 'number faint' }, '—')
    : h('td', { class: 'number', title: formatCount(count) }, formatCompact(count));
}
