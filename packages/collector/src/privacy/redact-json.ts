import { type Replacements, replaced, replacedValue } from './replacements.ts';

/** `JSON.rawJSON` and the source of a value (ECMAScript 2026), which the types do not know yet. */
interface RawJson {
  rawJSON(text: string): object;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}
const json = JSON as unknown as RawJson;

/** An OTLP/JSON body without the persons that its texts name. Numbers keep every digit. */
export function redactJson(body: Buffer, replacements: Replacements): Buffer {
  const value = json.parse(body.toString('utf8'), (_, each, { source }) => {
    if (typeof each === 'string') return replaced(each, replacements);
    if (typeof each === 'number' && source !== undefined) return json.rawJSON(source);
    return isPerson(each, replacements) ? { ...each, value: person(each.value, replacements) } : each;
  });
  return Buffer.from(JSON.stringify(value), 'utf8');
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function isPerson(value: unknown, { attributes }: Replacements): value is KeyValue {
  if (typeof value !== 'object' || value === null) return false;
  const { key, value: held } = value as Partial<KeyValue>;
  return typeof key === 'string' && attributes.has(key) && typeof held === 'object' && held !== null;
}

/** Its text was replaced on the way here; what is no text (a number) is replaced now. */
function person(any: KeyValue['value'], replacements: Replacements): object {
  const { stringValue, intValue, doubleValue, boolValue } = any;
  if (typeof stringValue === 'string') {
    const isDone = [...replacements.texts.values()].includes(stringValue);
    return { stringValue: isDone ? stringValue : replacedValue(stringValue, replacements) };
  }
  const other = intValue ?? doubleValue ?? boolValue;
  const text = typeof other === 'object' ? (JSON.stringify(other) ?? '') : String(other);
  const isDone = [...replacements.texts.values()].includes(text);
  return { stringValue: isDone ? text : replacedValue(text, replacements) };
}
