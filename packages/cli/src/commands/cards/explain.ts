import { type CostExplanation, explainCost } from '@costspan/pricing';
import { InvalidInputError } from '@costspan/usage';
import { InvalidArgumentError } from 'commander';
import { openPriceBook } from '../../price-book-files.ts';
import { parsePriceLine } from '../../price-line.ts';
import { textTable } from '../../text-table.ts';
import type { DefineCommand } from '../command.ts';

interface ExplainOptions {
  readonly provider: string;
  readonly model: string;
  readonly usage: readonly string[];
  readonly context: readonly string[];
  readonly deployment?: string;
  readonly customer?: string;
  readonly fx?: string;
  readonly at?: string;
  readonly cards?: string;
  readonly overlay: readonly string[];
  readonly json?: true;
}

/** `costspan cards explain`: one call's price, and everything that decided it. */
export const defineExplain: DefineCommand = (cards, terminal) => {
  cards
    .command('explain')
    .description('Price one call and say which card, layer, version and rules made the price.')
    .requiredOption('--provider <name>', 'for example openai')
    .requiredOption('--model <name>', 'as the provider names it')
    .requiredOption('--usage <meter=count...>', 'for example input_tokens=1000 output_tokens=200')
    .option('--context <axis=value...>', 'for example service_tier=flex region=eu batch=true', [])
    .option('--deployment <name>', 'the deployment that served it')
    .option('--customer <name>', 'the customer it was for, where resale prices differ by customer')
    .option('--at <instant>', 'when the call was made (default: now)')
    .option('--cards <file>', 'price cards to use instead of the bundled catalogue')
    .option('--overlay <file...>', 'price cards laid over the catalogue; of several the last wins', [])
    .option('--fx <file>', 'exchange rates for cards in other currencies')
    .option('--json', 'the explanation as JSON')
    .action(async (options: ExplainOptions) => {
      const { provider, model, at, deployment, customer } = options;
      const context = Object.fromEntries(options.context.map((text) => pairOf('--context', text)));
      const line = parsePriceLine(
        {
          provider,
          model,
          at,
          deployment,
          customer,
          usage: Object.fromEntries(options.usage.map((text) => pairOf('--usage', text))),
          context: 'batch' in context ? { ...context, batch: context['batch'] === 'true' } : context,
        },
        terminal.now(),
      );
      if (line.kind === 'invalid') throw new InvalidInputError('CALL_INVALID', 'the call', line.findings);
      const { book } = await openPriceBook(options.cards, options.overlay, options.fx);
      const explanation = explainCost(book, line.request, { nowUs: terminal.now() * 1000 });
      terminal.stdout.write(
        options.json === true ? `${JSON.stringify(explanation)}\n` : `${formatExplanation(explanation)}\n`,
      );
    });
};

function pairOf(option: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`${option} "${text}" must be name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function formatExplanation(explanation: CostExplanation): string {
  const { cost, resale } = explanation;
  if (resale === null) return formatPrice(explanation);
  const prices = `list ${cost.list ?? 'unknown'}, contracted ${cost.contracted ?? 'unknown'}, resale ${cost.resale ?? 'unknown'}`;
  return [formatPrice(explanation), '', `prices  ${prices} ${cost.currency}`, '', 'Resale', formatPrice(resale)].join(
    '\n',
  );
}

function formatPrice({
  cost,
  bookVersion,
  provider,
  model,
  layers,
  period,
  window,
  tier,
  context,
}: CostExplanation): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['total', cost.total === null ? 'unknown' : `${cost.total} ${cost.currency}`],
    ['in USD', cost.converted === undefined ? undefined : convertedText(cost.converted)],
    ['status', cost.reason === undefined ? cost.status : `${cost.status}: ${cost.reason}`],
    [
      'provider',
      provider.id === provider.asked ? provider.asked : `${provider.asked} → ${provider.id ?? 'no such provider'}`,
    ],
    ['model', [model.asked, ...(model.name === null || model.name === model.asked ? [] : [model.name])].join(' → ')],
    ['matched', cost.match === null ? undefined : [cost.match, ...model.rules].join(', ')],
    ...layers.map(
      ({ what, name, layer, version, source, ageDays }) =>
        [
          what,
          `${name}, layer ${layer} ${version.slice(0, 19)}${source === null ? '' : `, ${sourceOf(source)}`}${ageDays === null ? '' : `, ${ageDays} days ago`}`,
        ] as const,
    ),
    ['period', period === null ? undefined : `${period.from ?? 'always'} to ${period.to ?? 'further notice'}`],
    [
      'window',
      window === null
        ? undefined
        : `${window.start}–${window.end} ${window.zone ?? 'UTC'} ${window.days?.join(' ') ?? ''}`.trim(),
    ],
    ['tier', tier === null ? undefined : `${tier.meter} ${tier.op} ${tier.threshold} ${tier.mode ?? ''}`.trim()],
    ...context.map((axis) => ['context', JSON.stringify(axis)] as const),
    ['book', bookVersion],
  ];
  const known = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
  const width = Math.max(...known.map(([name]) => name.length));
  return [...known.map(([name, text]) => `${name.padEnd(width)}  ${text}`), '', linesTable(cost)].join('\n').trimEnd();
}

function convertedText({ total, rate, from, reason }: NonNullable<CostExplanation['cost']['converted']>): string {
  if (total === null) return `unknown: ${reason}`;
  return `${total} at ${rate}${from === undefined ? '' : ` since ${from}`}`;
}

function sourceOf({ url, read }: { readonly url: string; readonly read?: string }): string {
  return read === undefined ? url : `${url} read ${read}`;
}

function linesTable({ lines }: CostExplanation['cost']): string {
  if (lines.length === 0) return '';
  return textTable(
    [
      { title: 'meter', align: 'left', cell: (line: (typeof lines)[number]) => line.meter },
      { title: 'quantity', align: 'right', cell: (line) => line.quantity.toLocaleString('en-US') },
      { title: 'rate', align: 'right', cell: (line) => `${line.rate} / ${line.per.toLocaleString('en-US')}` },
      {
        title: 'factors',
        align: 'left',
        cell: (line) =>
          [
            ...(line.fee === undefined ? [] : [`fee ${line.fee}`]),
            ...(line.above === undefined ? [] : [`above ${line.above}`]),
            ...(line.multipliers ?? []).map(({ name, factor }) => `${name} ×${factor}`),
          ].join(' '),
      },
      { title: 'amount', align: 'right', cell: (line) => line.amount },
    ],
    lines,
  );
}
