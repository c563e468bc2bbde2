import type { Finding } from '@costspan/usage';

/** A step into a document: a key or an index. */
export type Path = readonly (string | number)[];

/** A mistake in a rule file, where it stands, and what to do. Lines and columns count from 1. */
export interface RuleFinding extends Finding {
  readonly line: number;
  readonly column: number;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Collects the mistakes of one document, so that all of them are reported at once. */
export class Findings {
  readonly list: RuleFinding[] = [];
  readonly #placeOf: (path: Path, of: 'key' | 'value') => Place;

  constructor(placeOf: (path: Path, of: 'key' | 'value') => Place) {
    this.#placeOf = placeOf;
  }

  add(path: Path, code: string, message: string, of: 'key' | 'value' = 'value'): undefined {
    const { line, column } = this.#placeOf(path, of);
    this.list.push({ at: `${formatPath(path)} (line ${line}, column ${column})`, code, message, line, column });
    return undefined;
  }

  placeOf(path: Path): Place {
    return this.#placeOf(path, 'value');
  }
}

function formatPath(path: Path): string {
  if (path.length === 0) return 'file';
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}
