import type { CallDetail, CallLine } from './api.ts';
import { outcomeBadge } from './calls-view.ts';
import { type Child, h } from './dom.ts';
import { formatCount } from './format-count.ts';
import { formatDuration, formatInstant } from './format-time.ts';
import { lineName, meterName, nativeText, quantityText, rateText } from './line-text.ts';
import { STATUS_NAMES } from './status-names.ts';

/** One call to the last digit: what it cost and why, what was used, who it was for, when, and where its trace is. */
export function callView(call: CallDetail): Child[] {
  return [
    h(
      'div',
      { class: 'call-head' },
      h('p', { class: 'call-cost' }, call.cost === null ? '—' : `$${call.cost}`),
      h(
        'p',
        { class: 'muted' },
        call.cost === null ? 'no cost: ' : `${call.currency} · `,
        STATUS_NAMES[call.cost_status] ?? call.cost_status,
        call.reason !== null && ` (${call.reason})`,
      ),
      call.native !== null && h('p', { class: 'muted' }, nativeText(call.native)),
      h(
        'p',
        { class: 'call-line' },
        outcomeBadge(call.outcome),
        h('span', {}, `${call.provider} · ${call.model ?? 'unknown model'} · ${call.operation}`),
      ),
    ),
    call.lines.length > 0 && section('How it adds up', linesTable(call)),
    section(
      'Usage',
      Object.keys(call.usage).length === 0
        ? h('p', { class: 'muted' }, `The provider reported no counts (${call.usage_status}).`)
        : facts(
            Object.entries(call.usage).map(([meter, count]) => [meterName(meter), formatCount(count)] as const),
            'counts',
          ),
    ),
    section(
      'Tags',
      Object.keys(call.tags).length === 0
        ? h('p', { class: 'muted' }, 'None. withTags({ customer_id }, …) says who a call is for.')
        : facts(Object.entries(call.tags)),
    ),
    section(
      'Time',
      facts([
        ['Started', formatInstant(Date.parse(call.started_at))],
        ['Took', formatDuration(call.duration_ms)],
        ...optional('First token after', call.time_to_first_chunk_ms, formatDuration),
        ['Recorded', formatInstant(Date.parse(call.received_at))],
      ]),
    ),
    section(
      'Origin',
      facts([
        ...optional('Service', call.service, String),
        ...optional('Asked for', call.request_model, String),
        ...optional('Response', call.response_id, String),
        ...optional('Error', call.error_type, String),
        ...Object.entries(call.context).map(([axis, value]) => [meterName(axis), String(value)] as const),
        ['Trace', call.trace_id],
        ['Span', call.span_id],
      ]),
    ),
  ];
}

function linesTable(call: CallDetail): HTMLElement {
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, 'Meter'),
    ...['Quantity', 'Rate', 'Amount'].map((title) => h('th', { scope: 'col', class: 'number' }, title)),
  );
  const total = call.native?.cost ?? call.cost;
  const title = call.native === null ? 'Total' : `Total in ${call.native.currency}`;
  const sum =
    total !== null && h('tr', {}, h('th', { scope: 'row', colspan: 3 }, title), h('td', { class: 'number' }, total));
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'lines-scroll' },
      h(
        'table',
        { class: 'lines' },
        h('thead', {}, head),
        h('tbody', {}, ...call.lines.map((line) => lineRow(line, call.native?.currency ?? call.currency))),
        sum && h('tfoot', {}, sum),
      ),
    ),
    call.card !== null &&
      h(
        'p',
        { class: 'muted card-line', title: `catalogue ${call.card.version}` },
        `Priced by ${call.card.provider}/${call.card.model} from ${call.card.layer}`,
        call.match !== null && call.match !== 'exact' && ` (${call.match} match)`,
      ),
  );
}

function lineRow(line: CallLine, currency: string): HTMLElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, lineName(line)),
    h('td', { class: 'number' }, quantityText(line)),
    h('td', { class: 'number' }, rateText(line, currency)),
    h('td', { class: 'number' }, line.amount),
  );
}

function section(title: string, content: Node): HTMLElement {
  return h('section', { class: 'sheet-section' }, h('h3', {}, title), content);
}

function facts(entries: readonly (readonly [string, string])[], tone = ''): HTMLElement {
  return h(
    'dl',
    { class: `facts ${tone}` },
    ...entries.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}

function optional<T>(name: string, value: T | null, format: (value: T) => string): (readonly [string, string])[] {
  return value === null ? [] : [[name, format(value)]];
}
