/** What `/metrics` of a collector answered at an instant; `undefined` when the scrape failed. */
export interface Scrape {
  readonly atMs: number;
  readonly text: string | undefined;
}

/** Lines of a scrape: a name, its labels or none, and a value. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Scrapes of one target, in the order of their times, as Prometheus would have kept them: lines of OpenMetrics. */
export function keptScrapes(job: string, target: string, scrapes: readonly Scrape[]): readonly string[] {
  const own = `job="${job}",instance="${target}"`;
  const bySeries = new Map<string, string[]>();
  const keep = (series: string, value: string, atMs: number): void => {
    const samples = bySeries.get(series);
    const line = `${series} ${value} ${atMs / 1000}`;
    if (samples === undefined) bySeries.set(series, [line]);
    else samples.push(line);
  };
  for (const { atMs, text } of scrapes) {
    keep(`up{${own}}`, text === undefined ? '0' : '1', atMs);
    for (const line of text?.split('\n') ?? []) {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
      if (name !== undefined) keep(`${name}{${labels === '' ? own : `${own},${labels}`}}`, value as string, atMs);
    }
  }
  return [...bySeries.values()].flat();
}

/** Scrapes before `endMs` in which every counter and histogram grew evenly, from nothing to what `told` says. */
export function grownScrapes(told: string, endMs: number, lengthS: number, stepS: number): readonly Scrape[] {
  const growing = new Set(
    [...told.matchAll(/^# TYPE (\S+) (?:counter|histogram)$/gm)].map(([, name = '']) => name.replace(/_total$/, '')),
  );
  const lines = told
    .split('\n')
    .map((line) => SAMPLE.exec(line))
    .filter((match) => match !== null)
    .map(([line, name = '', , value = '']) => ({
      start: line.slice(0, -value.length),
      value,
      grows: growing.has(name.replace(/_(?:total|bucket|sum|count)$/, '')),
    }));
  const steps = lengthS / stepS;
  return Array.from({ length: steps }, (_, step) => ({
    atMs: endMs - (steps - step) * stepS * 1000,
    text: lines
      .map(({ start, value, grows }) => start + (grows ? grown(Number(value), step / steps) : value))
      .join('\n'),
  }));
}

/** Counts stay whole. */
function grown(value: number, share: number): number {
  return Number.isInteger(value) ? Math.floor(value * share) : value * share;
}
