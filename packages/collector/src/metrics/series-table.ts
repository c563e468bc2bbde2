import { type LabelSet, labelSet } from './label-set.ts';
import { type LabelValues, OTHER_PLACE } from './label-values.ts';

export interface TableLabel {
  readonly name: string;
  readonly values: LabelValues;
  /** True when the label keeps its value while there are still series for folded calls. */
  readonly isKeptWhenFull: boolean;
}

export interface SeriesTableOptions<Entry> {
  readonly labels: readonly TableLabel[];
  /** Most series. The last tenth is for folded ones, and the very last for those that have no label left. */
  readonly seriesMax: number;
  readonly make: (labels: LabelSet) => Entry;
}

type Node<Entry> = Map<number, Node<Entry> | Entry>;

/**
 * One entry for each combination of label values, bounded. When it is full a new combination counts under `(other)` in
 * every label but those that are kept, and when that is full too under `(other)` in all: sums stay whole.
 */
export class SeriesTable<Entry extends object> {
  readonly entries: Entry[] = [];
  readonly #options: SeriesTableOptions<Entry>;
  readonly #root: Node<Entry> = new Map();
  /** After which labels a key is looked up: as many labels share one key as fit a double exactly. */
  readonly #endsKey: readonly boolean[];
  readonly #folded: number[];
  #isFolded = false;

  constructor(options: SeriesTableOptions<Entry>) {
    this.#options = options;
    this.#endsKey = keyEnds(options.labels.map(({ values }) => values.valuesMax + 1));
    this.#folded = options.labels.map(() => OTHER_PLACE);
  }

  /** True when the last entry asked for had no room of its own. */
  get isFolded(): boolean {
    return this.#isFolded;
  }

  get seriesMax(): number {
    return this.#options.seriesMax;
  }

  /** `places` has the place of one value for each label, in their order. */
  at(places: readonly number[]): Entry {
    const { labels, seriesMax } = this.#options;
    this.#isFolded = false;
    const found = this.#entry(places, Math.floor(seriesMax * 0.9));
    if (found !== undefined) return found;
    this.#isFolded = true;
    for (const [index, { isKeptWhenFull }] of labels.entries()) {
      this.#folded[index] = isKeptWhenFull ? (places[index] as number) : OTHER_PLACE;
    }
    return (
      this.#entry(this.#folded, seriesMax - 1) ?? (this.#entry(this.#folded.fill(OTHER_PLACE), seriesMax) as Entry)
    );
  }

  /** The entry of a combination, made while there are fewer than `entriesMax`. */
  #entry(places: readonly number[], entriesMax: number): Entry | undefined {
    let node = this.#root;
    let key = 0;
    const last = places.length - 1;
    for (let index = 0; index < last; index += 1) {
      const { values } = this.#options.labels[index] as TableLabel;
      key = key * (values.valuesMax + 1) + (places[index] as number);
      if (!this.#endsKey[index]) continue;
      let next = node.get(key) as Node<Entry> | undefined;
      if (next === undefined) {
        if (this.entries.length >= entriesMax) return undefined;
        next = new Map();
        node.set(key, next);
      }
      node = next;
      key = 0;
    }
    if (last >= 0)
      key = key * ((this.#options.labels[last] as TableLabel).values.valuesMax + 1) + (places[last] as number);
    const found = node.get(key) as Entry | undefined;
    if (found !== undefined || this.entries.length >= entriesMax) return found;
    const { labels, make } = this.#options;
    const entry = make(labelSet(labels.map(({ name, values }, index) => [name, values.text(places[index] as number)])));
    node.set(key, entry);
    this.entries.push(entry);
    return entry;
  }
}

/** Ends a key wherever one more label could leave the safe integers. */
function keyEnds(radices: readonly number[]): boolean[] {
  let product = 1;
  return radices.map((radix, index) => {
    product *= radix;
    if (product * (radices[index + 1] ?? 1) <= Number.MAX_SAFE_INTEGER) return false;
    product = 1;
    return true;
  });
}
