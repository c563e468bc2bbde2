import type { Attributes, AttributeValue } from './traces.ts';

/** From here on names are looked up in a map, so that a span with a million names costs no million². */
const LISTED_MAX = 64;

/**
 * The attributes of one span, in the order they came; a name that comes twice has its last value. Two lists instead of a
 * `Map`, since a span has some twenty names that are compared by identity, and a map of twenty is grown three times.
 */
export class AttributeList implements Attributes {
  readonly #names: string[] = [];
  readonly #values: AttributeValue[] = [];
  #places: Map<string, number> | undefined;

  get size(): number {
    return this.#names.length;
  }

  set(name: string, value: AttributeValue): void {
    const at = this.#placeOf(name);
    if (at >= 0) {
      this.#values[at] = value;
      return;
    }
    this.#names.push(name);
    this.#values.push(value);
    if (this.#places !== undefined) this.#places.set(name, this.#names.length - 1);
    else if (this.#names.length > LISTED_MAX)
      this.#places = new Map(this.#names.map((listed, place) => [listed, place]));
  }

  get(name: string): AttributeValue | undefined {
    const at = this.#placeOf(name);
    return at < 0 ? undefined : this.#values[at];
  }

  has(name: string): boolean {
    return this.#placeOf(name) >= 0;
  }

  keys(): readonly string[] {
    return this.#names;
  }

  forEach(visit: (value: AttributeValue, name: string) => void): void {
    for (let at = 0; at < this.#names.length; at += 1) {
      visit(this.#values[at] as AttributeValue, this.#names[at] as string);
    }
  }

  *[Symbol.iterator](): Generator<[string, AttributeValue]> {
    for (const [at, name] of this.#names.entries()) yield [name, this.#values[at] as AttributeValue];
  }

  #placeOf(name: string): number {
    return this.#places === undefined ? this.#names.indexOf(name) : (this.#places.get(name) ?? -1);
  }
}
