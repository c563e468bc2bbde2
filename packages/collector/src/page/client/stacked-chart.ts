import { barLayout } from './bar-layout.ts';
import { h, s } from './dom.ts';
import { formatBucket, formatTimeTick } from './format-time.ts';
import { type Series, stackTotals } from './stack-series.ts';
import type { Grain } from './time-window.ts';
import { labelStep, valueAxis } from './value-axis.ts';

export interface ChartInput {
  readonly series: readonly Series[];
  readonly buckets: readonly number[];
  readonly grain: Grain;
  readonly width: number;
  readonly colourOf: (name: string) => string;
  /** A value in the tooltip. */
  readonly format: (value: number) => string;
  /** A value at the axis. */
  readonly formatTick: (value: number) => string;
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
}

const HEIGHT = 280;
const MARGIN = { top: 12, right: 4, bottom: 28, left: 52 };
const TIME_LABEL_GAP_MIN = 84;

/** Stacked bars over time. The pointer or the arrow keys choose a bar; what it is made of stands beside it. */
export function stackedChart(input: ChartInput): HTMLElement {
  const { series, buckets, width } = input;
  const plot = { width: Math.max(60, width - MARGIN.left - MARGIN.right), height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const totals = stackTotals(series, buckets.length);
  const axis = valueAxis(Math.max(...totals, 0));
  const bars = barLayout(series, buckets.length, axis.max, plot);
  const highlight = s('rect', {
    class: 'chart-highlight',
    y: 0,
    width: bars.bandWidth,
    height: plot.height,
    hidden: true,
  });
  const tooltip = h('div', { class: 'tooltip', hidden: true });
  const spoken = h('p', { class: 'visually-hidden', 'aria-live': 'polite' });

  const svg = s(
    'svg',
    { class: 'chart-plot', width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-hidden': 'true' },
    s(
      'g',
      { transform: `translate(${MARGIN.left} ${MARGIN.top})` },
      ...axis.ticks.map((tick) => gridLine(tick, axis.max, plot, input.formatTick)),
      highlight,
      ...series.map((one, index) =>
        s('path', { class: `chart-series ${input.colourOf(one.name)}`, d: bars.paths[index] ?? '' }),
      ),
      ...timeLabels(input, bars.bandX, bars.bandWidth, plot),
    ),
  );
  const chart = h(
    'div',
    { class: 'chart', tabindex: '0', role: 'group', 'aria-label': input.label, 'data-key': 'chart' },
    svg,
    tooltip,
    spoken,
  );

  let chosen = -1;
  function choose(index: number): void {
    chosen = index;
    const isChosen = index >= 0 && index < buckets.length;
    highlight.toggleAttribute('hidden', !isChosen);
    tooltip.hidden = !isChosen;
    if (!isChosen) return;
    const bandX = bars.bandX[index] as number;
    highlight.setAttribute('x', String(bandX));
    tooltip.replaceChildren(...tooltipContent(input, index, totals[index] ?? 0));
    const middle = MARGIN.left + bandX + bars.bandWidth / 2;
    const isRight = middle > width / 2;
    const away = bars.bandWidth / 2 + 8;
    tooltip.style.left = isRight ? 'auto' : `${middle + away}px`;
    tooltip.style.right = isRight ? `${width - middle + away}px` : 'auto';
  }
  chart.addEventListener('pointermove', (event) => {
    const x = event.clientX - svg.getBoundingClientRect().left - MARGIN.left;
    const index = Math.floor(x / bars.bandWidth);
    if (index !== chosen) choose(x < 0 ? -1 : index);
  });
  chart.addEventListener('pointerleave', () => choose(-1));
  chart.addEventListener('blur', () => choose(-1));
  chart.addEventListener('keydown', (event) => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
    const step = steps[event.key];
    if (event.key === 'Escape') choose(-1);
    if (step === undefined) return;
    event.preventDefault();
    choose(chosen < 0 ? buckets.length - 1 : Math.max(0, Math.min(buckets.length - 1, chosen + step)));
    spoken.textContent = [...tooltip.querySelectorAll('span, strong, b')].map((part) => part.textContent).join(', ');
  });
  return chart;
}

function gridLine(
  tick: number,
  axisMax: number,
  plot: { readonly width: number; readonly height: number },
  format: (value: number) => string,
): SVGGElement {
  const y = Math.round(plot.height * (1 - tick / axisMax)) + 0.5;
  return s(
    'g',
    { class: tick === 0 ? 'chart-line chart-base' : 'chart-line' },
    s('line', { x1: 0, x2: plot.width, y1: y, y2: y }),
    s('text', { x: -10, y, dy: '0.32em', 'text-anchor': 'end' }, format(tick)),
  );
}

function timeLabels(
  { buckets, grain }: ChartInput,
  bandX: readonly number[],
  bandWidth: number,
  plot: { readonly width: number; readonly height: number },
): SVGTextElement[] {
  const step = niceTimeStep(grain, labelStep(buckets.length, plot.width, TIME_LABEL_GAP_MIN));
  return buckets.flatMap((start, index) => {
    const x = (bandX[index] as number) + bandWidth / 2;
    if (!isLabelled(grain, start, step, index)) return [];
    return [
      s('text', { class: 'chart-time', x, y: plot.height + 20, 'text-anchor': 'middle' }, formatTimeTick(grain, start)),
    ];
  });
}

/** Steps that a reader of a clock expects: every 5, 10, 15 minutes; every 3, 6, 12, 24 hours; every 2nd, 5th, 7th day. */
function niceTimeStep(grain: Grain, least: number): number {
  const steps: Readonly<Record<Grain, readonly number[]>> = {
    minute: [1, 2, 5, 10, 15, 30, 60],
    hour: [1, 2, 3, 6, 12, 24, 48, 96],
    day: [1, 2, 5, 7, 14, 28],
    week: [1, 2, 4, 8, 13, 26],
    month: [1, 2, 3, 6, 12],
  };
  return steps[grain].find((step) => step >= least) ?? least;
}

function isLabelled(grain: Grain, start: number, step: number, index: number): boolean {
  const date = new Date(start);
  if (grain === 'minute') return (date.getHours() * 60 + date.getMinutes()) % step === 0;
  if (grain === 'hour') {
    if (date.getMinutes() !== 0) return false;
    return step <= 24 ? date.getHours() % step === 0 : date.getHours() === 0 && date.getDate() % (step / 24) === 0;
  }
  return index % step === 0;
}

function tooltipContent(input: ChartInput, index: number, total: number): Node[] {
  const parts = input.series
    .map((one) => ({ name: one.name, value: one.values[index] ?? 0 }))
    .filter((part) => part.value > 0)
    .sort((a, b) => b.value - a.value);
  return [
    h(
      'div',
      { class: 'tooltip-head' },
      h('span', {}, formatBucket(input.grain, input.buckets[index] as number)),
      h('strong', {}, input.format(total)),
    ),
    ...parts.map((part) =>
      h(
        'div',
        { class: 'tooltip-row' },
        h('i', { class: `swatch ${input.colourOf(part.name)}` }),
        h('span', {}, part.name),
        h('b', {}, input.format(part.value)),
      ),
    ),
  ];
}
