import type { CallDetail } from '@costspan/collector';
import { type ApiOptions, withApi, withApiOptions } from '../api-options.ts';
import { type Column, printable, textTable } from '../text-table.ts';
import { costText } from './calls.ts';
import type { DefineCommand } from './command.ts';

type CallLine = CallDetail['lines'][number];

/** `costspan call`: everything about one call: what was counted, what it cost and why. */
export const defineCall: DefineCommand = (program, terminal) => {
  const command = program
    .command('call')
    .description('One call: what was counted, what it cost and why.')
    .argument('<id>', 'as "costspan calls" shows it');
  withApiOptions(command, terminal)
    .option('--json', 'as the API answers it')
    .action(async (id: string, options: ApiOptions & { readonly json?: true }) => {
      await withApi(options, terminal, async (api) => {
        const call = (await api.ask(`/calls/${encodeURIComponent(id)}`)) as CallDetail;
        terminal.stdout.write(`${options.json === true ? JSON.stringify(call) : describe(call)}\n`);
      });
    });
};

function describe(call: CallDetail): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ['call', call.id],
    ['started', `${call.started_at}, ${call.duration_ms.toLocaleString('en-US')} ms`],
    ['first token', call.time_to_first_chunk_ms === null ? null : `${call.time_to_first_chunk_ms} ms`],
    ['received', call.received_at],
    ['model', `${call.provider}/${call.model ?? '–'}${asked(call)}, ${call.operation}`],
    ['served', served(call.context)],
    ['outcome', call.error_type === null ? call.outcome : `${call.outcome}: ${call.error_type}`],
    ['service', call.service],
    ['tags', pairs(call.tags)],
    ['usage', `${pairs(call.usage) ?? 'none'} (${call.usage_status})`],
    ['response', call.response_id],
    ['trace', call.parent_span_id === null ? call.trace_id : `${call.trace_id}, below span ${call.parent_span_id}`],
    ['card', cardText(call)],
  ];
  const shown = facts.filter(([, value]) => value !== null) as readonly (readonly [string, string])[];
  const width = Math.max(...shown.map(([name]) => name.length));
  return [
    ...shown.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`),
    '',
    ...(call.lines.length === 0 ? [] : [textTable(LINE_COLUMNS, call.lines)]),
    `${'cost'.padEnd(width)}  ${costText(call)} (${call.cost_status})${call.reason === null ? '' : `: ${call.reason}`}`,
    ...amounts(call).map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ].join('\n');
}

const LINE_COLUMNS: readonly Column<CallLine>[] = [
  { title: 'meter', align: 'left', cell: (line) => lineName(line) },
  {
    title: 'quantity',
    align: 'right',
    cell: ({ quantity, counted }) =>
      `${quantity.toLocaleString('en-US')}${counted === undefined ? '' : ` (of ${counted.toLocaleString('en-US')})`}`,
  },
  { title: 'rate', align: 'right', cell: (line) => line.rate },
  { title: 'per', align: 'right', cell: (line) => line.per.toLocaleString('en-US') },
  {
    title: 'times',
    align: 'left',
    cell: (line) => (line.multipliers ?? []).map(({ name, factor }) => `${name} ×${factor}`).join(', '),
  },
  { title: 'amount', align: 'right', cell: (line) => line.amount },
];

/** A meter stands on a line for each step of a ladder, and on one for each fee. */
function lineName({ meter, above, fee }: CallLine): string {
  const step = above === undefined ? '' : ` above ${above.toLocaleString('en-US')}`;
  return `${meter}${step}${fee === undefined ? '' : ` (${fee})`}`;
}

function asked(call: CallDetail): string {
  const { model, request_model: request } = call;
  return request === null || request === model ? '' : ` (asked for ${request})`;
}

function served(context: CallDetail['context']): string | null {
  return pairs(Object.fromEntries(Object.entries(context).filter(([, value]) => typeof value !== 'object')));
}

function cardText({ card, match }: CallDetail): string | null {
  return card === null
    ? null
    : `${card.provider}/${card.model}, layer ${card.layer}, version ${card.version}, ${match} match`;
}

function amounts(call: CallDetail): (readonly [string, string])[] {
  const known: readonly (readonly [string, string | null])[] = [
    ['computed', call.computed_cost],
    ['list', call.list_cost],
    ['contract', call.contracted_cost],
    ['resale', call.resale_cost],
    ['native', nativeText(call)],
  ];
  return known.filter((each): each is readonly [string, string] => each[1] !== null);
}

/** What the lines add up to, and how it became dollars. */
function nativeText({ native }: CallDetail): string | null {
  if (native === null) return null;
  const { currency, cost, fx_rate: rate, fx_from: from } = native;
  if (rate === null) return `${cost} ${currency}, without a rate of exchange`;
  return `${cost} ${currency} at ${rate}${from === null ? '' : ` since ${from}`}`;
}

function pairs(values: Readonly<Record<string, unknown>>): string | null {
  const texts = Object.entries(values).map(([name, value]) => `${name}=${String(value)}`);
  return texts.length === 0 ? null : texts.join(' ');
}
