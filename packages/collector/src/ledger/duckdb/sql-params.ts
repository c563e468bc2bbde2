import type { SqlParam } from './database.ts';

/** Collects the values of a statement and hands out their placeholders. Nothing from outside is ever put into SQL text. */
export class SqlParams {
  readonly values: SqlParam[] = [];

  text(value: string): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  instant(us: number): string {
    this.values.push(BigInt(us));
    return `make_timestamp($${this.values.length}::BIGINT)`;
  }

  integer(value: number): string {
    this.values.push(BigInt(value));
    return `$${this.values.length}::BIGINT`;
  }
}
