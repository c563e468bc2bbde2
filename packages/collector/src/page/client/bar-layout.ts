import type { Series } from './stack-series.ts';

/** Where the stacked bars of a chart stand. Pixels from the upper left corner of the plot. */
export interface BarLayout {
  /** Left edge of each bucket's band. */
  readonly bandX: readonly number[];
  readonly bandWidth: number;
  readonly barWidth: number;
  /** One path per series: all of its segments, the topmost of each bar with round upper corners. */
  readonly paths: readonly string[];
}

/**
 * @param axisMax value at the upper edge of the plot.
 */
export function barLayout(
  series: readonly Series[],
  buckets: number,
  axisMax: number,
  plot: { readonly width: number; readonly height: number },
): BarLayout {
  const bandWidth = plot.width / Math.max(1, buckets);
  // Wide bars stand a third of their band apart, thin ones a pixel, so that an hour among hundreds is still seen.
  const barWidth = Math.min(48, bandWidth < 6 ? Math.max(0.75, bandWidth - 1) : bandWidth * 0.7);
  const bandX = Array.from({ length: buckets }, (_, index) => index * bandWidth);
  const paths = series.map(() => '');
  for (let bucket = 0; bucket < buckets; bucket++) {
    const top = series.findLastIndex(({ values }) => (values[bucket] ?? 0) > 0);
    const x = (bandX[bucket] as number) + (bandWidth - barWidth) / 2;
    let base = plot.height;
    for (const [index, { values }] of series.entries()) {
      const height = ((values[bucket] ?? 0) / axisMax) * plot.height;
      if (height <= 0) continue;
      paths[index] += segment(
        x,
        base - height,
        barWidth,
        height,
        index === top ? Math.min(3, barWidth / 3, height) : 0,
      );
      base -= height;
    }
  }
  return { bandX, bandWidth, barWidth, paths };
}

function segment(x: number, y: number, width: number, height: number, radius: number): string {
  const [left, upper, right, lower] = [fixed(x), fixed(y), fixed(x + width), fixed(y + height)];
  if (radius < 0.5) return `M${left} ${lower}V${upper}H${right}V${lower}Z`;
  const r = fixed(radius);
  return `M${left} ${lower}V${fixed(y + radius)}a${r} ${r} 0 0 1 ${r} -${r}H${fixed(x + width - radius)}a${r} ${r} 0 0 1 ${r} ${r}V${lower}Z`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
