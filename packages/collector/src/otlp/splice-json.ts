import { type AddedAttributes, attributeToJson } from './added-attribute.ts';

/**
 * The body with attributes appended to some of its spans; every other byte stays as it was received. A `place` is the `]`
 * of a list of attributes that has at least one, so a comma always leads.
 */
export function spliceJson(body: Buffer, added: AddedAttributes): Buffer {
  const pieces: Buffer[] = [];
  let copiedTo = 0;
  for (const [place, attributes] of [...added].sort(([a], [b]) => a - b)) {
    pieces.push(body.subarray(copiedTo, place));
    pieces.push(Buffer.from(attributes.map((attribute) => `,${attributeToJson(attribute)}`).join(''), 'utf8'));
    copiedTo = place;
  }
  pieces.push(body.subarray(copiedTo));
  return Buffer.concat(pieces);
}
