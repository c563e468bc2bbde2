import { type CostStatus, FX_TARGET, type SavingLine } from '@costspan/pricing';
import {
  type Atto,
  attoFromInteger,
  FIRST_CLASS_TAGS,
  formatMoney,
  type Meter,
  type Outcome,
  type Tags,
  type Usage,
  type UsageStatus,
} from '@costspan/usage';
import type { AddedCall, AddedCalls } from '../billed-change.ts';
import { FRACTION_METER, METER_COLUMNS } from '../meter-columns.ts';
import { savingLines } from '../stored-lines.ts';
import { CALL_COLUMNS } from './call-columns.ts';
import type { Picked } from './fill-chunk.ts';
import { SPAN_WORD } from './ids.ts';
import { ABSENT, type PackedRows } from './packed-rows.ts';

/** The calls of some rows, each made when it is asked for and soon forgotten. */
export class PackedCalls implements AddedCalls {
  readonly length: number;
  readonly #picked: readonly Picked[];

  constructor(picked: readonly Picked[]) {
    this.#picked = picked;
    this.length = picked.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  *[Symbol.iterator](): Generator<AddedCall> {
    for (const { pack, rows } of this.#picked) {
      const read = callReader(pack);
      for (const row of rows) yield read(row);
    }
  }

  slice(from: number, to: number): AddedCall[] {
    const calls: AddedCall[] = [];
    let before = 0;
    for (const { pack, rows } of this.#picked) {
      const read = callReader(pack);
      for (let at = Math.max(0, from - before); at < Math.min(rows.length, to - before); at += 1) {
        calls.push(read(rows[at] as number));
      }
      before += rows.length;
    }
    return calls;
  }
}

/** The place of a column of calls. */
export function placeOf(name: string): number {
  const place = CALL_COLUMNS.findIndex((column) => column.name === name);
  if (place < 0) throw new Error(`calls have no column ${name}`);
  return place;
}

const STARTED_AT = placeOf('started_at');
const DURATION = placeOf('duration_us');
const FIRST_CHUNK = placeOf('time_to_first_chunk_us');
const PROVIDER = placeOf('provider');
const OPERATION = placeOf('operation');
const MODEL = placeOf('model');
const REQUEST_MODEL = placeOf('request_model');
const OUTCOME = placeOf('outcome');
const SERVICE = placeOf('service');
const TAGS = FIRST_CLASS_TAGS.map((tag) => [tag, placeOf(tag)] as const);
const OTHER_TAGS = placeOf('other_tags');
const USAGE_STATUS = placeOf('usage_status');
const METERS = METER_COLUMNS.map((meter) => [meter, placeOf(meter)] as const);
const FRACTION = placeOf(FRACTION_METER);
const OTHER_METERS = placeOf('other_meters');
const COST = placeOf('cost');
const COMPUTED_COST = placeOf('computed_cost');
const CURRENCY = placeOf('currency');
const COST_STATUS = placeOf('cost_status');
const COST_REASON = placeOf('cost_reason');
const CARD = placeOf('card');
const LINES = placeOf('lines');
const NATIVE_CURRENCY = placeOf('native_currency');

/** The context is a part of the price alone. */
const NO_CONTEXT = {};
const KNOWN = {};
/** Ends the name of every meter of tokens that were read from the cache. */
const CACHE_READ = '_read_tokens"';
const NO_LINES: readonly SavingLine[] = [];

/** What some row of a pack has; what none has is not looked for again. */
interface Present {
  readonly pack: PackedRows;
  readonly tags: typeof TAGS;
  readonly meters: typeof METERS;
}

function callReader(pack: PackedRows): (row: number) => AddedCall {
  const isThere = ([, place]: readonly [unknown, number]): boolean => pack.form(place) !== ABSENT;
  const present = { pack, tags: TAGS.filter(isThere), meters: METERS.filter(isThere) };
  return (row) => ({ call: new PackedCall(present, row), cost: new PackedCost(pack, row) });
}

class PackedCall {
  readonly context = NO_CONTEXT;
  readonly #present: Present;
  readonly #pack: PackedRows;
  readonly #row: number;
  #tags: Tags | undefined;

  constructor(present: Present, row: number) {
    this.#present = present;
    this.#pack = present.pack;
    this.#row = row;
  }

  get tags(): Tags {
    this.#tags ??= this.#readTags();
    return this.#tags;
  }

  #readTags(): Tags {
    const tags: Record<string, string> = {};
    for (const [tag, place] of this.#present.tags) {
      const value = this.#pack.text(place, this.#row);
      if (value !== undefined) tags[tag] = value;
    }
    this.#pack.eachText(OTHER_TAGS, this.#row, (key, value) => {
      tags[key] = value;
    });
    return tags;
  }

  get usage(): Usage {
    const meters: { [M in Meter]?: number } = {};
    for (const [meter, place] of this.#present.meters) {
      const count = this.#pack.integer(place, this.#row);
      if (count !== undefined) meters[meter] = count;
    }
    const fraction = this.#pack.atto(FRACTION, this.#row);
    if (fraction !== undefined) meters[FRACTION_METER] = Number(formatMoney(attoFromInteger(fraction)));
    this.#pack.eachInteger(OTHER_METERS, this.#row, (meter, count) => {
      meters[meter as Meter] = count;
    });
    return { status: this.#pack.text(USAGE_STATUS, this.#row) as UsageStatus, meters };
  }

  get traceId(): string {
    return this.#pack.hex(this.#row, 0, 4);
  }

  get spanId(): string {
    return this.#pack.hex(this.#row, SPAN_WORD, 2);
  }

  get startedAtUs(): number {
    return this.#pack.integer(STARTED_AT, this.#row) as number;
  }

  get durationUs(): number {
    return this.#pack.integer(DURATION, this.#row) as number;
  }

  get timeToFirstChunkUs(): number | undefined {
    return this.#pack.integer(FIRST_CHUNK, this.#row);
  }

  get provider(): string {
    return this.#pack.text(PROVIDER, this.#row) as string;
  }

  get operation(): string {
    return this.#pack.text(OPERATION, this.#row) as string;
  }

  get requestModel(): string | undefined {
    return this.#pack.text(REQUEST_MODEL, this.#row);
  }

  get responseModel(): string | undefined {
    return this.#pack.text(MODEL, this.#row);
  }

  get outcome(): Outcome {
    return this.#pack.text(OUTCOME, this.#row) as Outcome;
  }

  get serviceName(): string | undefined {
    return this.#pack.text(SERVICE, this.#row);
  }
}

class PackedCost {
  readonly #pack: PackedRows;
  readonly #row: number;

  constructor(pack: PackedRows, row: number) {
    this.#pack = pack;
    this.#row = row;
  }

  get status(): CostStatus {
    return this.#pack.text(COST_STATUS, this.#row) as CostStatus;
  }

  get total(): Atto | undefined {
    return this.#atto(COST);
  }

  get currency(): string {
    return this.#pack.text(CURRENCY, this.#row) as string;
  }

  get reason(): string | undefined {
    return this.#pack.text(COST_REASON, this.#row);
  }

  get card(): object | undefined {
    return this.#pack.text(CARD, this.#row) === undefined ? undefined : KNOWN;
  }

  get native(): object | undefined {
    return this.#pack.text(NATIVE_CURRENCY, this.#row) === undefined ? undefined : KNOWN;
  }

  /** The catalogue's own total is one in US dollars or none. */
  get computed(): { readonly total: Atto; readonly currency: string } | undefined {
    const total = this.#atto(COMPUTED_COST);
    return total === undefined ? undefined : { total, currency: FX_TARGET };
  }

  get lines(): readonly SavingLine[] {
    const text = this.#pack.text(LINES, this.#row) as string;
    return text.includes(CACHE_READ) ? savingLines(text) : NO_LINES;
  }

  #atto(place: number): Atto | undefined {
    const amount = this.#pack.atto(place, this.#row);
    return amount === undefined ? undefined : attoFromInteger(amount);
  }
}
