/** A JSON number as it stood in the text: `1.25e-06`, `0.30000000000000004`. A double would forget which of the two was written. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** JSON whose numbers keep their digits. @throws SyntaxError as `JSON.parse` does. */
export function parseExactJson(text: string): unknown {
  const revive: SourceReviver = (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? new NumberText(source) : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

/** The decimal text of a number: its source text where there is one, else the shortest text that reads back as the same double. */
export function numberText(value: unknown): string | undefined {
  if (value instanceof NumberText) return value.text;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? value : undefined;
}
