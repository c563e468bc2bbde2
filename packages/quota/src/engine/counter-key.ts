/** The parts of a counter's key: `rule|limit|window|bucket`. The window of a sliding limit is `~`. */
export interface CounterKey {
  readonly ruleId: string;
  readonly limitId: string;
  readonly windowId: string;
  /** Values in the order of the rule's dimensions. */
  readonly values: readonly string[];
}

export const SLIDING_WINDOW = '~';

export function groupKey(ruleId: string, limitId: string, windowId: string): string {
  return `${ruleId}|${limitId}|${windowId}`;
}

/** The values of a bucket as one text; no two lists of values give the same. */
export function bucketKey(values: readonly string[]): string {
  return values.length === 1 && !/[|\\]/.test(values[0] as string)
    ? (values[0] as string)
    : values.map((value) => value.replace(/[|\\]/g, '\\$&')).join('|');
}

export function parseCounterKey(key: string, dimensions: number): CounterKey {
  const [ruleId = '', limitId = '', windowId = ''] = key.split('|', 3);
  const bucket = key.slice(ruleId.length + limitId.length + windowId.length + 3);
  return { ruleId, limitId, windowId, values: dimensions === 0 ? [] : splitBucket(bucket) };
}

/** The values that {@link bucketKey} made one text of. */
export function splitBucket(bucket: string): string[] {
  const values = [''];
  for (let index = 0; index < bucket.length; index += 1) {
    const letter = bucket[index] as string;
    if (letter === '|') values.push('');
    else {
      if (letter === '\\') index += 1;
      values[values.length - 1] += bucket[index] ?? '';
    }
  }
  return values;
}
