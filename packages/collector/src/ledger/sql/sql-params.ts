import type { Dialect, SqlParam } from './dialect.ts';

/** Collects the values of a statement and hands out their placeholders. Nothing from outside is ever put into SQL text. */
export class SqlParams {
  readonly dialect: Dialect;
  readonly values: SqlParam[] = [];
  readonly #texts = new Map<string, string>();

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** The same text is one value however often it is used. */
  text(value: string): string {
    let placeholder = this.#texts.get(value);
    if (placeholder === undefined) {
      placeholder = this.#add(value, 'text');
      this.#texts.set(value, placeholder);
    }
    return placeholder;
  }

  instant(us: number): string {
    return this.dialect.instant(this.integer(us));
  }

  integer(value: number): string {
    return this.#add(BigInt(value), 'integer');
  }

  decimal(text: string): string {
    return this.dialect.decimal(this.#add(text, 'text'));
  }

  #add(value: SqlParam, kind: 'text' | 'integer'): string {
    this.values.push(value);
    return this.dialect.param(this.values.length, kind);
  }
}
