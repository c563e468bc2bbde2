import { type Atto, parseMoney } from '@costspan/usage';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As it is written. */
  readonly value: string;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|\})/y;
const VALUE = /^(\d+(\.\d+)?(e[+-]\d+)?|\+Inf)$/;

/**
 * Reads the text exposition format 0.0.4, stricter than Prometheus does: every family has one HELP and one TYPE before its
 * samples and stands in one piece, no series comes twice, counters end in `_total`, and buckets of a histogram are
 * ascending, cumulative, closed by `+Inf` and equal to `_count`.
 * @throws Error at the first line that breaks a rule.
 */
export function parsePrometheusText(text: string): Sample[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const series = new Set<string>();
  let family = '';
  let helped = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    if (line.startsWith('# HELP ')) {
      helped = line.slice(7).split(' ', 1)[0] as string;
      if (types.has(helped)) fail('the family stands in two pieces');
    } else if (line.startsWith('# TYPE ')) {
      const [name = '', type = ''] = line.slice(7).split(' ');
      if (name !== helped || !NAME.test(name)) fail('the type is not that of the help before it');
      if (type !== 'counter' && type !== 'histogram' && type !== 'gauge') fail('no such type');
      if (type === 'counter' && !name.endsWith('_total')) fail('a counter ends in _total');
      types.set(name, type);
      family = name;
    } else {
      const sample = readSample(line, fail);
      const suffix = sample.name.slice(family.length);
      const allowed = types.get(family) === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (!sample.name.startsWith(family) || !allowed.includes(suffix))
        fail('the sample is not of the family before it');
      const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (series.has(key)) fail('the series comes twice');
      series.add(key);
      samples.push(sample);
    }
  }
  checkHistograms(
    samples,
    [...types].filter(([, type]) => type === 'histogram').map(([name]) => name),
  );
  return samples;
}

function readSample(line: string, fail: (why: string) => never): Sample {
  const open = line.indexOf('{');
  const labels: Record<string, string> = {};
  let at = open + 1;
  if (open >= 0) {
    for (;;) {
      LABEL.lastIndex = at;
      const match = LABEL.exec(line);
      if (match === null) return fail('a label cannot be read');
      const [whole, name = '', value = '', end] = match;
      if (name in labels) fail('a label comes twice');
      labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
      at += whole.length;
      if (end === '}') break;
    }
  }
  const name = line.slice(0, open >= 0 ? open : line.indexOf(' '));
  const rest = line.slice(open >= 0 ? at : name.length);
  if (!NAME.test(name) || !rest.startsWith(' ') || !VALUE.test(rest.slice(1))) fail('not a sample');
  return { name, labels, value: rest.slice(1) };
}

function checkHistograms(samples: readonly Sample[], names: readonly string[]): void {
  for (const name of names) {
    for (const { labels, value: count } of samples.filter((sample) => sample.name === `${name}_count`)) {
      const buckets = samples.filter(
        (sample) =>
          sample.name === `${name}_bucket` &&
          Object.keys(sample.labels).length === Object.keys(labels).length + 1 &&
          Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
      );
      const bounds = buckets.map(({ labels: { le } }) => (le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le)));
      const counts = buckets.map(({ value }) => Number(value));
      const ascending = (list: readonly number[], least: number) =>
        list.every((value, index) => index === 0 || value - (list[index - 1] as number) >= least);
      if (bounds.at(-1) !== Number.POSITIVE_INFINITY || !ascending(bounds, Number.MIN_VALUE) || !ascending(counts, 0)) {
        throw new Error(`${name} ${JSON.stringify(labels)}: the buckets are out of order`);
      }
      if (counts.at(-1) !== Number(count)) throw new Error(`${name} ${JSON.stringify(labels)}: +Inf is not the count`);
    }
  }
}

/** The exact sum of a metric over all series, in units of 10⁻¹⁸ when any value has a fraction, else as it is. */
export function sumOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): bigint {
  const found = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  if (/_usd_/.test(name)) return found.reduce((sum, { value }) => (sum + parseMoney(value)) as Atto, 0n);
  return found.reduce((sum, { value }) => sum + BigInt(value), 0n);
}
