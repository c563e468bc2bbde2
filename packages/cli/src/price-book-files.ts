import { readFile } from 'node:fs/promises';
import { baseBook, baseCards, type CardFile, compileBook, type PriceBook, parseCardFile } from '@costspan/pricing';
import { CostspanError } from '@costspan/usage';

/**
 * The catalogue a command prices with: the bundled one, or `cards` instead of it, with overlays on top.
 * @throws InvalidInputError with every mistake of a file, CostspanError when a file cannot be read.
 */
export async function openPriceBook(cards: string | undefined, overlays: readonly string[]): Promise<PriceBook> {
  if (cards === undefined && overlays.length === 0) return baseBook();
  const files = [cards, ...overlays].filter((file) => file !== undefined);
  const layers = await Promise.all(files.map(readCards));
  return compileBook(cards === undefined ? [baseCards(), ...layers] : layers);
}

async function readCards(file: string): Promise<CardFile> {
  return parseCardFile(await readJsonFile(file), file);
}

/** @throws CostspanError `FILE_UNREADABLE` or `FILE_JSON`, naming the file. */
export async function readJsonFile(file: string): Promise<unknown> {
  const text = await readTextFile(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CostspanError('FILE_JSON', `${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws CostspanError `FILE_UNREADABLE`, naming the file. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CostspanError('FILE_UNREADABLE', `${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
