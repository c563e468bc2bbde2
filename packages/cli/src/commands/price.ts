import { costOf, costToJson, type PriceBook } from '@costspan/pricing';
import { EXIT } from '../exit-code.ts';
import { readNdjson, writeNdjson } from '../ndjson.ts';
import { openPriceBook } from '../price-book-files.ts';
import { parsePriceLine } from '../price-line.ts';
import type { DefineCommand } from './command.ts';

/** `costspan price`: what calls cost, without a collector. NDJSON in, NDJSON out, same order. */
export const definePrice: DefineCommand = (program, terminal, exit) => {
  program
    .command('price')
    .description('Price calls: NDJSON on stdin, NDJSON on stdout, in the same order.')
    .option('--cards <file>', 'price cards to use instead of the bundled catalogue')
    .option('--overlay <file...>', 'price cards laid over the catalogue; of several the last wins', [])
    .option('--fx <file>', 'exchange rates: amounts in other currencies are stated in USD too')
    .addHelpText(
      'after',
      `
A line:   {"id":1,"provider":"openai","model":"gpt-4o-mini","at":"2026-11-01T00:00:00Z","usage":{"input_tokens":1000,"output_tokens":200}}
Answer:   {"id":1,"status":"priced","total":"0.00027",…}
Optional: "at" (default: now), "context" (service_tier, batch, speed, region, variant), "deployment", "customer" (for resale prices),
          "reported_cost" {amount, currency}.
Exit:     0 every line was read, 1 a line was not a call (it is answered with its mistakes), 2 wrong options.`,
    )
    .action(async (options: { readonly cards?: string; readonly overlay: readonly string[]; readonly fx?: string }) => {
      const { book } = await openPriceBook(options.cards, options.overlay, options.fx);
      if (await priceLines(book, terminal)) exit(EXIT.finding);
    });
};

/** @returns true when a line could not be read as a call. */
async function priceLines(book: PriceBook, terminal: Parameters<DefineCommand>[1]): Promise<boolean> {
  let mistaken = false;
  for await (const line of readNdjson(terminal.stdin)) {
    const parsed =
      line.kind === 'invalid'
        ? parsePriceLine({}, terminal.now(), [{ at: `line ${line.line}`, code: 'JSON', message: line.message }])
        : parsePriceLine(line.value, terminal.now());
    mistaken ||= parsed.kind === 'invalid';
    await writeNdjson(
      terminal.stdout,
      parsed.kind === 'call'
        ? costToJson(costOf(book, parsed.request), parsed.id ?? undefined)
        : {
            ...costToJson(
              { status: parsed.status, total: undefined, currency: 'USD', lines: [], reason: parsed.reason },
              parsed.id ?? undefined,
            ),
            errors: parsed.findings,
          },
    );
  }
  return mistaken;
}
