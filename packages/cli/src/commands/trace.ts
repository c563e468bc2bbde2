import type { TraceAnswer, TraceNode } from '@costspan/collector';
import { type ApiOptions, withApi, withApiOptions } from '../api-options.ts';
import { type Column, textTable } from '../text-table.ts';
import { metricText } from '../usage/metric-text.ts';
import type { DefineCommand } from './command.ts';

/** `costspan trace`: the calls of one trace under the agents and workflows that made them. */
export const defineTrace: DefineCommand = (program, terminal) => {
  const command = program
    .command('trace')
    .description('One trace: its calls under the agents and workflows that made them, with what each costs.')
    .argument('<trace-id>', '32 hex digits; the first part of the id of a call');
  withApiOptions(command, terminal)
    .option('--json', 'as the API answers it')
    .action(async (id: string, options: ApiOptions & { readonly json?: true }) => {
      await withApi(options, terminal, async (api) => {
        const trace = (await api.ask(`/traces/${encodeURIComponent(id.split('-')[0] as string)}`)) as TraceAnswer;
        terminal.stdout.write(`${options.json === true ? JSON.stringify(trace) : describe(trace)}\n`);
      });
    });
};

/** A line of the table: a span, or the total below all of them. */
type TraceLine = Pick<TraceNode, 'span_id' | 'depth' | 'name' | 'operation' | 'outcome' | 'duration_ms' | 'whole'> &
  Pick<TraceNode, 'is_parent_missing' | 'is_in_circle'> & { readonly kind: TraceNode['kind'] | '' };

function describe(trace: TraceAnswer): string {
  const { total } = trace;
  const top: TraceLine = {
    ...{ span_id: '', depth: 0, kind: '', name: null, operation: 'total', outcome: '', duration_ms: 0 },
    ...{ is_parent_missing: false, is_in_circle: false, whole: total },
  };
  return [
    `trace ${trace.trace_id}, started ${trace.started_at}`,
    textTable(COLUMNS, [...trace.spans, top]),
    ...(total.unpriced_calls === 0
      ? []
      : [`! ${total.unpriced_calls} calls have no known cost and are not in the sums.`]),
    ...(trace.is_truncated ? ['! There are more spans than are shown.'] : []),
  ].join('\n');
}

const COLUMNS: readonly Column<TraceLine>[] = [
  {
    title: 'span',
    align: 'left',
    cell: (node) => `${'  '.repeat(node.depth)}${node.name ?? node.operation}${oddity(node)}`,
  },
  { title: 'kind', align: 'left', cell: (node) => node.kind },
  { title: 'outcome', align: 'left', cell: (node) => node.outcome },
  {
    title: 'ms',
    align: 'right',
    cell: (node) => (node.kind === '' ? '' : metricText('ms', Math.round(node.duration_ms))),
  },
  { title: 'calls', align: 'right', cell: ({ whole }) => metricText('calls', whole.calls) },
  { title: 'in', align: 'right', cell: ({ whole }) => metricText('input_tokens', whole.input_tokens) },
  { title: 'out', align: 'right', cell: ({ whole }) => metricText('output_tokens', whole.output_tokens) },
  { title: 'cost_usd', align: 'right', cell: ({ whole }) => metricText('cost', whole.cost) },
  { title: 'id', align: 'left', cell: (node) => node.span_id },
];

function oddity(node: TraceLine): string {
  if (node.is_in_circle) return ' (its parents lead back to it)';
  return node.is_parent_missing ? ' (its parent is not in the ledger)' : '';
}
