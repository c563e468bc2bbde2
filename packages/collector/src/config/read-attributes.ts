import { COSTSPAN } from '@costspan/usage';
import type { AddedAttribute } from '../otlp/added-attribute.ts';
import { READ_ATTRIBUTES } from '../otlp/read-attributes.ts';
import type { ConfigReader } from './config-reader.ts';

const NAME_LENGTH_MAX = 200;
const OWN: ReadonlySet<string> = new Set(Object.values(COSTSPAN));

/**
 * Attributes by name: texts, in which `${NAME}` stands for an environment variable, numbers and booleans. A name that means
 * something here is refused: the span may have it, and a span has no attribute twice.
 */
export function readAttributes(
  reader: ConfigReader,
  value: unknown,
  path: readonly (string | number)[],
): readonly AddedAttribute[] {
  const attributes: AddedAttribute[] = [];
  for (const [key, raw] of Object.entries(reader.map(value, path))) {
    const place = [...path, key];
    if (key === '' || key.length > NAME_LENGTH_MAX) {
      reader.mistake(place, 'ATTRIBUTE_NAME', `must have 1 to ${NAME_LENGTH_MAX} letters`);
    } else if (OWN.has(key) || READ_ATTRIBUTES.matchText(key) !== undefined) {
      reader.mistake(place, 'ATTRIBUTE_NAME', 'is read from spans and cannot be added to them; choose another name');
    } else if (typeof raw === 'string') attributes.push({ key, value: reader.expanded(raw, place) });
    else if (typeof raw === 'boolean' || (typeof raw === 'number' && Number.isFinite(raw))) {
      attributes.push({ key, value: raw });
    } else reader.mistake(place, 'ATTRIBUTE_VALUE', 'must be a text, a number or a boolean');
  }
  return attributes;
}
