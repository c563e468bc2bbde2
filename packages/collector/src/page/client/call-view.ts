import type { CallDetail, CallLine } from './api.ts';
import { outcomeBadge } from './calls-view.ts';
import { type Child, h } from './dom.ts';
import { formatCount } from './format-count.ts';
import { formatDuration, formatInstant } from './format-time.ts';
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
  const sum =
    call.cost !== null &&
    h('tr', {}, h('th', { scope: 'row', colspan: 3 }, 'Total'), h('td', { class: 'number' }, call.cost));
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
        h('tbody', {}, ...call.lines.map(lineRow)),
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

function lineRow(line: CallLine): HTMLElement {
  const factors = (line.multipliers ?? []).map(({ name, factor }) => ` × ${factor} ${name}`).join('');
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, meterName(line.meter)),
    h('td', { class: 'number' }, formatCount(line.quantity)),
    h('td', { class: 'number' }, `${exactRate(line.rate)}${perName(line.per)}${factors}`),
    h('td', { class: 'number' }, line.amount),
  );
}

/** A rate is never rounded; one with fewer than two places is filled up: `$0.20`. */
function exactRate(rate: string): string {
  const [whole = '', fraction = ''] = rate.split('.');
  return `$${whole}.${fraction.padEnd(2, '0')}`;
}

function perName(per: number): string {
  if (per === 1) return ' each';
  return per === 1_000_000 ? ' / M' : per === 1_000 ? ' / k' : ` / ${formatCount(per)}`;
}

function meterName(meter: string): string {
  const words = meter.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
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
