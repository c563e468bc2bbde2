import type { ApiProblem } from './api.ts';
import { hasKey, rememberKey } from './api.ts';
import { type Child, h } from './dom.ts';
import { formatClock } from './format-time.ts';
import { stateLink } from './navigation.ts';
import type { PageState } from './page-state.ts';

/** Nothing was ever recorded: what to do to see the first call. */
export function firstCallGuide(endpoint: string): HTMLElement {
  const snippet = [
    'npm install @costspan/instrumentation',
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`,
    'node --import @costspan/instrumentation/register app.js',
  ].join('\n');
  const copied = h('span', { class: 'visually-hidden', 'aria-live': 'polite' });
  return h(
    'section',
    { class: 'card guide' },
    h('h2', {}, 'Waiting for the first call'),
    h('p', { class: 'lead' }, 'Three lines send the calls of your app here. Nothing in it changes.'),
    h(
      'div',
      { class: 'snippet' },
      h('pre', {}, h('code', {}, snippet)),
      h(
        'button',
        {
          class: 'button',
          type: 'button',
          onclick: (event) => {
            void navigator.clipboard.writeText(snippet).then(() => {
              copied.textContent = 'Copied';
              if (event.target instanceof HTMLElement) event.target.textContent = 'Copied';
            });
          },
        },
        'Copy',
      ),
      copied,
    ),
    h('p', { class: 'lead' }, 'Then say who a call is for:'),
    h(
      'div',
      { class: 'snippet' },
      h(
        'pre',
        {},
        h(
          'code',
          {},
          "import { withTags } from '@costspan/instrumentation';\n\nawait withTags({ customer_id: 'acme', feature_name: 'chat' }, () => answer(question));",
        ),
      ),
    ),
    h(
      'p',
      { class: 'muted' },
      'No app at hand? ',
      h('code', {}, 'npx costspan demo'),
      ' shows this page with simulated traffic. The page looks for calls every few seconds.',
    ),
  );
}

/** The ledger has calls, but none that this view asks for. */
export function nothingHere(state: PageState): HTMLElement {
  const isFiltered = Object.keys(state.filters).length > 0;
  return h(
    'section',
    { class: 'card guide' },
    h('h2', {}, isFiltered ? 'No such calls in this range' : 'No calls in this range'),
    h(
      'p',
      { class: 'lead' },
      isFiltered ? 'There are others: look at all time, or remove the filters.' : 'There are calls at other times.',
    ),
    h(
      'p',
      {},
      state.range !== 'all' &&
        stateLink(state, (now) => ({ ...now, range: 'all' }), { class: 'button' }, 'Show all time'),
      ' ',
      isFiltered && stateLink(state, (now) => ({ ...now, filters: {} }), { class: 'button' }, 'Remove the filters'),
    ),
  );
}

/** The data could not be had, and there is none from before. */
export function failure(problem: ApiProblem, onRetry: () => void): HTMLElement {
  if (problem.status === 401) return keyForm(onRetry);
  return h(
    'section',
    { class: 'card guide', role: 'alert' },
    h('h2', {}, problem.message),
    h('p', { class: 'lead detail' }, problem.detail),
    h('p', {}, h('button', { class: 'button', type: 'button', 'data-key': 'retry', onclick: onRetry }, 'Try again')),
  );
}

/** The data is there but old. */
export function staleNotice(problem: ApiProblem, loadedAtMs: number, onRetry: () => void): Child[] {
  return [
    h('strong', {}, problem.message),
    h('span', {}, `What you see is from ${formatClock(loadedAtMs)}. Trying again by itself.`),
    h('button', { class: 'button', type: 'button', 'data-key': 'retry', onclick: onRetry }, 'Try now'),
  ];
}

function keyForm(onRetry: () => void): HTMLElement {
  const input = h('input', { id: 'key', type: 'password', autocomplete: 'off', required: true, 'data-key': 'key' });
  return h(
    'form',
    {
      class: 'card guide',
      onsubmit: (event) => {
        event.preventDefault();
        rememberKey(input.value.trim());
        onRetry();
      },
    },
    h('h2', {}, hasKey() ? 'The key was not accepted' : 'This collector asks for a key'),
    h(
      'p',
      { class: 'lead' },
      'One of the ',
      h('code', {}, 'ingestKeys'),
      ' of its configuration. It stays in this tab.',
    ),
    h(
      'p',
      { class: 'key-row' },
      h('label', { for: 'key', class: 'visually-hidden' }, 'Key'),
      input,
      h('button', { class: 'button', type: 'submit' }, 'Open'),
    ),
  );
}
