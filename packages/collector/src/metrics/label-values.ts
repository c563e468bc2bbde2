import { OTHER } from '../query/labels.ts';

/** The place that every value beyond the bound shares. */
export const OTHER_PLACE = 0;
/** Names come from outside; a label does not need more of one. */
const VALUE_LENGTH_MAX = 128;

/**
 * The values of one label, each with a small number of its own, first come first served. Beyond the bound a value is
 * `(other)`: a series may be missing, a count never is.
 */
export class LabelValues {
  readonly valuesMax: number;
  readonly #places = new Map<string, number>([[OTHER, OTHER_PLACE]]);
  readonly #texts: string[] = [OTHER];

  constructor(valuesMax: number) {
    this.valuesMax = valuesMax;
  }

  /**
   * The place of a value, from 0 to `valuesMax`. With `valuesMax` given, a new value is let in only while fewer are known:
   * so names nobody vouches for cannot use up the places of the others.
   */
  place(value: string, valuesMax = this.valuesMax): number {
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    if (value.length > VALUE_LENGTH_MAX) return this.place(value.slice(0, VALUE_LENGTH_MAX).toWellFormed(), valuesMax);
    if (this.#texts.length > valuesMax) return OTHER_PLACE;
    this.#places.set(value, this.#texts.length);
    return this.#texts.push(value) - 1;
  }

  /** How many values have a place of their own. */
  get size(): number {
    return this.#texts.length - 1;
  }

  text(place: number): string {
    return this.#texts[place] ?? OTHER;
  }
}
