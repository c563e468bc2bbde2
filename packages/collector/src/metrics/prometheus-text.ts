import type { CounterPoint, GaugePoint, HistogramPoint, MetricFamily } from './metric-family.ts';

/** Microseconds have six places as seconds. */
const SECONDS_SCALE = 6;

/**
 * Metrics in the Prometheus text exposition format, version 0.0.4. Amounts are exact decimals; no double takes part.
 * A family without series has no lines.
 */
export function prometheusText(families: Iterable<MetricFamily>): string {
  const lines: string[] = [];
  for (const family of families) {
    const start = lines.length;
    if (family.kind === 'counter') {
      for (const point of family.points) lines.push(counterLine(family.name, family.scale, point));
    } else if (family.kind === 'gauge') {
      for (const point of family.points) lines.push(gaugeLine(family.name, point));
    } else {
      for (const point of family.points) pushHistogram(lines, family.name, point);
    }
    if (lines.length === start) continue;
    lines.splice(start, 0, `# HELP ${family.name} ${family.help}\n# TYPE ${family.name} ${family.kind}\n`);
  }
  return lines.join('');
}

/** `value` ÷ 10^scale as a plain decimal without trailing zeros. */
export function decimalText(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const digits = value.toString().padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return `${digits.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`;
}

function counterLine(name: string, scale: number, { labels, value }: CounterPoint): string {
  return `${name}${labels.text === '' ? '' : `{${labels.text}}`} ${decimalText(value, scale)}\n`;
}

function gaugeLine(name: string, { labels, value }: GaugePoint): string {
  const text = Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
  return `${name}${labels.text === '' ? '' : `{${labels.text}}`} ${text}\n`;
}

function pushHistogram(lines: string[], name: string, { labels, histogram }: HistogramPoint): void {
  const before = labels.text === '' ? '' : `${labels.text},`;
  let cumulative = 0;
  for (const [index, bound] of histogram.boundsUs.entries()) {
    cumulative += histogram.counts[index] as number;
    lines.push(`${name}_bucket{${before}le="${decimalText(BigInt(bound), SECONDS_SCALE)}"} ${cumulative}\n`);
  }
  const braces = labels.text === '' ? '' : `{${labels.text}}`;
  lines.push(
    `${name}_bucket{${before}le="+Inf"} ${histogram.count}\n`,
    `${name}_sum${braces} ${decimalText(histogram.sumUs.value, SECONDS_SCALE)}\n`,
    `${name}_count${braces} ${histogram.count}\n`,
  );
}
