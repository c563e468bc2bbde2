/** The labels of one series, in their order, and the same as they stand between the braces of the text format. */
export interface LabelSet {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  readonly text: string;
}

export function labelSet(pairs: LabelSet['pairs']): LabelSet {
  return { pairs, text: pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(',') };
}

/** The labels with one more at the end. */
export function withLabel(labels: LabelSet, name: string, value: string): LabelSet {
  const text = `${name}="${escaped(value)}"`;
  return {
    pairs: [...labels.pairs, [name, value]],
    text: labels.text === '' ? text : `${labels.text},${text}`,
  };
}

const SPECIAL = /[\\"\n]/;

/** What a label value may hold. Source: Prometheus text exposition format 0.0.4. */
function escaped(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
