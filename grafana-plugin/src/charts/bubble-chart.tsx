import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { placeLabels } from './place-labels.ts';
import { seriesColour } from './series-colours.ts';
import { axisWidth } from './time-labels.ts';
import { useWidth } from './use-width.ts';

interface Bubble {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly title: string;
}

interface BubbleChartProps {
  readonly label: string;
  /** All values above 0. */
  readonly bubbles: readonly Bubble[];
  readonly height: number;
  readonly xText: (value: number) => string;
  readonly yText: (value: number) => string;
  readonly xName: string;
  readonly yName: string;
}

const BOTTOM = 36;
const TOP = 18;
const RIGHT = 28;
const RADIUS_MAX = 22;
const RADIUS_MIN = 4;

/** Circles by two values on logarithmic axes, their area by a third. */
export function BubbleChart({ label, bubbles, height, xText, yText, xName, yName }: BubbleChartProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [frame, width] = useWidth<HTMLDivElement>();
  const xs = decades(bubbles.map(({ x }) => x));
  const ys = decades(bubbles.map(({ y }) => y));
  const left = axisWidth(ys.map(yText));
  const x = (value: number) => left + place(value, xs) * (width - left - RIGHT);
  const y = (value: number) => height - BOTTOM - place(value, ys) * (height - TOP - BOTTOM);
  const largest = Math.max(...bubbles.map(({ size }) => size));
  const radius = (size: number) => Math.max(RADIUS_MIN, Math.sqrt(size / largest) * RADIUS_MAX);
  return (
    <div ref={frame} className={styles.frame}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label} className={styles.chart}>
          {ys.map((tick) => (
            <g key={tick}>
              <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} stroke={theme.colors.border.weak} />
              <text x={left - 8} y={y(tick) + 4} textAnchor="end" className={styles.tick}>
                {yText(tick)}
              </text>
            </g>
          ))}
          {xs.map((tick) => (
            <g key={tick}>
              <line y1={TOP} y2={height - BOTTOM} x1={x(tick)} x2={x(tick)} stroke={theme.colors.border.weak} />
              <text x={x(tick)} y={height - BOTTOM + 16} textAnchor="middle" className={styles.tick}>
                {xText(tick)}
              </text>
            </g>
          ))}
          <text x={width - 4} y={height - 4} textAnchor="end" className={styles.tick}>
            {xName} →
          </text>
          <text x={0} y={11} className={styles.tick}>
            ↑ {yName}
          </text>
          {bubbles.map(({ key, x: across, y: up, size, title }, index) => (
            <circle
              key={key}
              cx={x(across)}
              cy={y(up)}
              r={radius(size)}
              fill={seriesColour(theme, index)}
              fillOpacity={0.55}
              stroke={seriesColour(theme, index)}
            >
              <title>{title}</title>
            </circle>
          ))}
          {placeLabels(
            bubbles.map(({ key, x: across, y: up, size }) => ({
              text: key,
              x: x(across),
              y: y(up),
              radius: radius(size),
            })),
            { left, right: width },
          ).map((label) => (
            <text key={label.text} x={label.x} y={label.y + 4} textAnchor={label.anchor} className={styles.name}>
              {label.text}
            </text>
          ))}
        </svg>
      )}
    </div>
  );
}

/** Marks of a logarithmic axis around all values: decades, and halves of them where there are few. */
function decades(values: readonly number[]): readonly number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)) + 1e-9);
  const whole = Array.from({ length: Math.max(high - low, 1) + 1 }, (_, index) => 10 ** (low + index));
  return whole.map((tick) => Number(tick.toPrecision(12)));
}

function place(value: number, ticks: readonly number[]): number {
  const [first = 1, last = 10] = [ticks[0], ticks.at(-1)];
  return (Math.log10(value) - Math.log10(first)) / (Math.log10(last) - Math.log10(first));
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ width: '100%', minWidth: 0 }),
  // Axes go from left to right in every language, and so do the numbers.
  chart: css({ display: 'block', direction: 'ltr' }),
  tick: css({ fill: theme.colors.text.secondary, fontSize: 12 }),
  name: css({ fill: theme.colors.text.primary, fontSize: 12 }),
});
