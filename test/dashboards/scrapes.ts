/** What `/metrics` of a collector answered at an instant; `undefined` when the scrape failed. */
export interface Scrape {
  readonly atMs: number;
  readonly text: string | undefined;
}

/** Lines of a scrape: a name, its labels or none, and a value. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Scrapes of one target as Prometheus would have kept them, as OpenMetrics text. In the order of their times. */
export function keptScrapes(job: string, target: string, scrapes: readonly Scrape[]): string {
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
  return `${[...bySeries.values()].flat().join('\n')}\n# EOF\n`;
}
