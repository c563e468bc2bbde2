import type { CompiledCatalogue } from './compiled-catalogue.ts';

/** The bytes of a compiled catalogue: JSON, with a line for each card, so that one changed price is one changed line. */
export function writeCompiledCatalogue({ cards, ...head }: CompiledCatalogue): string {
  const fields = Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return `{\n${fields.join('')}"cards": [\n${cards.map((card) => JSON.stringify(card)).join(',\n')}\n]\n}\n`;
}
