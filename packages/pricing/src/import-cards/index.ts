import { CostspanError } from '@costspan/usage';
import type { CardImport, ImportOptions } from './card-import.ts';
import { parseExactJson } from './exact-json.ts';
import { importGenaiPrices } from './genai-prices.ts';
import { importLitellm } from './litellm.ts';

export type { CardImport, ImportOptions } from './card-import.ts';

/** Every price file we can bring in. One file and one line each. */
const IMPORTERS = { 'genai-prices': importGenaiPrices, litellm: importLitellm } as const;
export type CardOrigin = keyof typeof IMPORTERS;
export const CARD_ORIGINS = Object.keys(IMPORTERS) as readonly CardOrigin[];

/**
 * Turns a price file of another project into cards of ours. Give it the text of the file where you can: then every price is
 * taken over digit by digit, while a parsed number has already been rounded to a double.
 * @throws CostspanError `IMPORT_JSON` when the text is not JSON. What the cards cannot carry is a finding, not an error.
 */
export function importCards(from: CardOrigin, value: unknown, options: ImportOptions = {}): CardImport {
  return IMPORTERS[from](typeof value === 'string' ? parseText(value) : value, options);
}

function parseText(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw new CostspanError('IMPORT_JSON', `the price file is not JSON: ${(cause as Error).message}`, { cause });
  }
}
