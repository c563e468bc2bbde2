import type { CardFile } from './card.ts';

/** The bytes of a card file: one card per line, so that a change of one price is a change of one line. */
export function writeCardFile({ cards, ...head }: CardFile): string {
  const fields = Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  const lines = cards.map((card) => JSON.stringify(card)).join(',\n');
  return `{\n${fields.join('')}"cards": [${cards.length === 0 ? '' : `\n${lines}\n`}]\n}\n`;
}
