import { s } from './dom.ts';

const WIDTH = 96;
const HEIGHT = 24;

/** A small line of one customer's spend. Says only its shape; the numbers stand beside it. */
export function sparkline(values: readonly number[]): SVGSVGElement {
  const { line, area } = sparklinePaths(values, WIDTH, HEIGHT);
  return s(
    'svg',
    { class: 'sparkline', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, 'aria-hidden': 'true' },
    s('path', { class: 'sparkline-area', d: area }),
    s('path', { class: 'sparkline-line', d: line }),
  );
}

/** From the left edge to the right one, 2 px away from the upper and lower ones so that the stroke is not cut. */
export function sparklinePaths(
  values: readonly number[],
  width: number,
  height: number,
): { readonly line: string; readonly area: string } {
  const largest = Math.max(...values, 0);
  // A single value is a level line.
  const drawn = values.length === 1 ? [...values, ...values] : values;
  const step = width / Math.max(1, drawn.length - 1);
  const y = (value: number) => height - 2 - (largest === 0 ? 0 : (value / largest) * (height - 4));
  if (drawn.length === 0) return { line: '', area: '' };
  const line = `M${drawn.map((value, index) => `${fixed(index * step)} ${fixed(y(value))}`).join('L')}`;
  return { line, area: `${line}L${width} ${height}L0 ${height}Z` };
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
