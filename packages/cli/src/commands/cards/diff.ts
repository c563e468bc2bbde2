import { type CardFile, changeLines, diffCards } from '@costspan/pricing';
import { baseLayer, openPriceBook } from '../../price-book-files.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan cards diff`: which prices change, one line each. */
export const defineDiff: DefineCommand = (cards, terminal) => {
  cards
    .command('diff')
    .description('Show which prices change: between two catalogues, or when overlays are laid over one.')
    .argument('[before]', 'a catalogue (default: the bundled one)')
    .argument('[after]', 'the catalogue that takes its place (default: the same one)')
    .option('--overlay <file...>', 'card files laid over the later one', [])
    .option('--json', 'the changes as JSON')
    .addHelpText(
      'after',
      `
  costspan cards diff old.json new.json           what an upgrade of the catalogue changes
  costspan cards diff --overlay contract.json     what a contract changes`,
    )
    .action(
      async (
        before: string | undefined,
        after: string | undefined,
        options: { readonly overlay: readonly string[]; readonly json?: true },
      ) => {
        const [old, now] = await Promise.all([baseLayer(before), openPriceBook(after ?? before, options.overlay)]);
        const changes = diffCards([old], now.layers);
        if (options.json === true) {
          const adjustments = now.layers.flatMap((layer) => layer.adjustments ?? []);
          terminal.stdout.write(`${JSON.stringify({ changes, adjustments })}\n`);
          return;
        }
        const lines = [...changes.flatMap(changeLines), ...now.layers.flatMap(adjustmentLines)];
        terminal.stdout.write(`${lines.join('\n') || 'no price changes'}\n`);
      },
    );
};

/** Ratios and fees change what is paid, not the prices of the cards below them. */
function adjustmentLines({ layer, adjustments = [] }: CardFile): string[] {
  return adjustments.map(({ name, ratio, fees, provider, models, customers, classes }) => {
    const what = fees === undefined ? (classes?.join(', ') ?? 'everything') : Object.keys(fees).join(', ');
    const amount = Object.values(fees ?? {}).map(({ price, per }) => `+${price} per ${per}`);
    const scope = [
      provider,
      models?.join(', ') ?? 'every model',
      ...(customers === undefined ? [] : [customers.join(', ')]),
    ];
    return `${layer}: ${name} ${ratio === undefined ? amount.join(', ') : `×${ratio}`} on ${[...scope, what].join(' · ')}`;
  });
}
