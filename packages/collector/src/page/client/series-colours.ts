import { OTHER } from './stack-series.ts';

/** Number of colours in page.css (`--series-0` …) besides the grey of `(other)` and `(untagged)`. */
const COLOURS = 8;
/** Names remembered per dimension; beyond it colours are given out anew. */
const NAMES_MAX = 1_000;

/**
 * Gives every name a colour and keeps it for as long as the page is open, so that a name that overtakes another does not
 * swap colours with it. When all are taken they are used again.
 */
export function createSeriesColours(): (dimension: string, name: string) => string {
  const known = new Map<string, Map<string, number>>();
  return (dimension, name) => {
    if (name === OTHER || name === '(untagged)') return 'series-other';
    const names = known.get(dimension) ?? new Map<string, number>();
    if (names.size === NAMES_MAX) names.clear();
    known.set(dimension, names);
    const index = names.get(name) ?? names.size % COLOURS;
    names.set(name, index);
    return `series-${index}`;
  };
}
