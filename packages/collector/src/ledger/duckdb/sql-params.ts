import type { SqlParam } from './database.ts';

/** Collects the values of a statement and hands out their placeholders. Nothing from outside is ever put into SQL text. */
export class SqlParams {
  readonly values: SqlParam[] = [];
  readonly #texts = new Map<string, string>();

  /** The same text is one value however often it is used. */
  text(value: string): string {
    let placeholder = this.#texts.get(value);
    if (placeholder === undefined) {
      this.values.push(value);
      placeholder = `$${this.values.length}`;
      this.#texts.set(value, placeholder);
    }
    return placeholder;
  }

  instant(us: number): string {
    this.values.push(BigInt(us));
    return `make_timestamp($${this.values.length}::BIGINT)`;
  }

  integer(value: number): string {
    this.values.push(BigInt(value));
    return `$${this.values.length}::BIGINT`;
  }

  /** An integer count of 10⁻¹⁸ as a decimal. */
  decimal(text: string): string {
    this.values.push(text);
    return `$${this.values.length}::DECIMAL(38, 18)`;
  }
}
