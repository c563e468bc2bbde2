import { readFile } from 'node:fs/promises';
import {
  baseCards,
  type CardFile,
  type CardSourceFile,
  jsonLines,
  type LintFinding,
  lineOf,
  type OpenedBook,
  openBook,
  parseCardFile,
} from '@costspan/pricing';
import { CostspanError, InvalidInputError } from '@costspan/usage';

export type ActiveBook = Extract<OpenedBook, { kind: 'active' }>;

/**
 * The layers a command prices with: the bundled catalogue, or `cards` instead of it, with overlays on top. `fx` names a file of
 * exchange rates.
 * @throws InvalidInputError with every mistake of every file, CostspanError when a file cannot be read.
 */
export async function openPriceBook(
  cards: string | undefined,
  overlays: readonly string[],
  fx?: string,
): Promise<ActiveBook> {
  const [under, files, rates] = await Promise.all([
    baseLayer(cards),
    Promise.all(overlays.map(readCardSource)),
    fx === undefined ? undefined : readCardSource(fx),
  ]);
  const opened = openBook([under], files, rates);
  if (opened.kind === 'active') return opened;
  const texts = rates === undefined ? files : [...files, rates];
  const findings = opened.findings.map((finding) => ({ ...finding, at: placeOf(finding, texts) }));
  throw new InvalidInputError('CARDS_INVALID', 'the price cards', findings);
}

/** The bundled cards, or a file that stands in for them. */
export async function baseLayer(file: string | undefined): Promise<CardFile> {
  if (file === undefined) return baseCards();
  const source = await readCardSource(file);
  try {
    return parseCardFile(source.value, file);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const findings = error.findings.map((finding) => ({
      ...finding,
      at: placeOf({ layer: file, at: finding.at }, [source]),
    }));
    throw new InvalidInputError(error.code, 'the price cards', findings);
  }
}

/** A card file with the text it was read from. */
export interface CardText extends CardSourceFile {
  readonly text: string;
}

export async function readCardSource(name: string): Promise<CardText> {
  const text = await readTextFile(name);
  return { name, text, value: parseJson(name, text) };
}

/** `contract.json:7: cards[0].model`: the file, the line where it is known, and the path. */
export function placeOf({ layer, at }: Pick<LintFinding, 'layer' | 'at'>, files: readonly CardText[]): string {
  const file = files.find(({ name }) => name === layer);
  const line = file === undefined ? undefined : lineOf(jsonLines(file.text), at);
  return `${layer}${line === undefined ? '' : `:${line}`}: ${at}`;
}

/** @throws CostspanError `FILE_JSON`, naming the file. */
function parseJson(file: string, text: string): unknown {
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
