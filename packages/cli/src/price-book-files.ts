import { readFile } from 'node:fs/promises';
import {
  baseCards,
  type CardFile,
  type CardSourceFile,
  type OpenedBook,
  openBook,
  parseCardFile,
} from '@costspan/pricing';
import { CostspanError, InvalidInputError } from '@costspan/usage';

export type ActiveBook = Extract<OpenedBook, { kind: 'active' }>;

/**
 * The layers a command prices with: the bundled catalogue, or `cards` instead of it, with overlays on top.
 * @throws InvalidInputError with every mistake of every file, CostspanError when a file cannot be read.
 */
export async function openPriceBook(cards: string | undefined, overlays: readonly string[]): Promise<ActiveBook> {
  const [under, files] = await Promise.all([baseLayer(cards), Promise.all(overlays.map(readCardSource))]);
  const opened = openBook([under], files);
  if (opened.kind === 'active') return opened;
  const findings = opened.findings.map((finding) => ({ ...finding, at: `${finding.layer}: ${finding.at}` }));
  throw new InvalidInputError('CARDS_INVALID', 'the price cards', findings);
}

/** The bundled cards, or a file that stands in for them. */
export async function baseLayer(file: string | undefined): Promise<CardFile> {
  return file === undefined ? baseCards() : parseCardFile(await readJsonFile(file), file);
}

export async function readCardSource(name: string): Promise<CardSourceFile> {
  return { name, value: await readJsonFile(name) };
}

/** @throws CostspanError `FILE_UNREADABLE` or `FILE_JSON`, naming the file. */
async function readJsonFile(file: string): Promise<unknown> {
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
