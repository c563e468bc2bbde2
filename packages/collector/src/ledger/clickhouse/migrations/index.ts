import type { ClickHousePlace } from '../click-house-url.ts';
import { calls } from './0001-calls.ts';
import { copied } from './0002-copied.ts';

/** One step forward of the schema. A released one is never edited; a change is a new file with the next number. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Each statement may run twice: several collectors may start at once, and one may have been killed in between. */
  readonly sql: (place: ClickHousePlace) => readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [calls, copied];
