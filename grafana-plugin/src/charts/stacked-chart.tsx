import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from 'react';
import { viewerLocale } from '../app/use-formats.ts';
import type { Grain } from '../domain/grain.ts';
import { valueAxis } from '../domain/value-axis.ts';
import { ChartTooltip } from './chart-tooltip.tsx';
import { seriesColour } from './series-colours.ts';
import { highest, type Series, stack } from './stack.ts';
import { axisWidth, shownLabels, timeLabels } from './time-labels.ts';
import { useWidth } from './use-width.ts';

export interface StackedChartProps {
  /** What is drawn, for those who cannot see it. */
  readonly label: string;
  /** Starts of the buckets, in milliseconds since 1970. */
  readonly times: readonly number[];
  readonly grain: Grain;
  readonly timeZone: string;
  readonly series: readonly Series[];
  /** The whole of each bucket in the period before, bucket by bucket. */
  readonly before?: readonly (number | null)[];
  readonly height: number;
  readonly axisText: (value: number) => string;
  /** The exact text of a value. `series` is a position, or `total`. */
  readonly valueText: (bucket: number, series: number | 'total' | 'before') => string;
  readonly onZoom?: (bucket: number) => void;
}

const BOTTOM = 22;
const TOP = 8;
const LABEL_WIDTH = { minute: 56, hour: 110, day: 58, week: 58, month: 62 } as const;

/** Bars on top of one another over time, with the period before as a dashed line. Arrow keys move from bar to bar. */
export function StackedChart(props: StackedChartProps) {
  const { label, times, grain, timeZone, series, before, height, axisText, valueText, onZoom } = props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [active, setActive] = useState<number | null>(null);
  const bands = useMemo(() => stack(series, times.length), [series, times.length]);
  const ticks = valueAxis(Math.max(highest(bands), ...(before ?? []).map((value) => value ?? 0)));
  const left = axisWidth(ticks.map(axisText));
  const inner = Math.max(width - left, 1);
  const step = inner / Math.max(times.length, 1);
  const y = (value: number) => TOP + (1 - value / (ticks.at(-1) ?? 1)) * (height - TOP - BOTTOM);
  const barWidth = Math.max(1, Math.min(step * 0.8, step - 1, 48));
  const x = (bucket: number) => left + bucket * step + (step - barWidth) / 2;
  const labels = timeLabels(grain, viewerLocale(), timeZone);
  const shown = shownLabels(times.length, inner, LABEL_WIDTH[grain]);

  const point = ({ clientX, currentTarget }: PointerEvent<SVGSVGElement>): void => {
    const bucket = Math.floor((clientX - currentTarget.getBoundingClientRect().left - left) / step);
    setActive(bucket >= 0 && bucket < times.length ? bucket : null);
  };
  const press = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined) setActive(Math.min(times.length - 1, Math.max(0, (active ?? times.length) + by)));
    else if (event.key === 'Escape') setActive(null);
    else if (event.key === 'Enter' && active !== null) onZoom?.(active);
    else return;
    event.preventDefault();
  };
  const beforeLine = (before ?? [])
    .slice(0, times.length)
    .map((value, bucket) =>
      value === null
        ? ''
        : `${bucket === 0 || before?.[bucket - 1] === null ? 'M' : 'L'}${(x(bucket) + barWidth / 2).toFixed(1)} ${y(value).toFixed(1)}`,
    )
    .join('');

  return (
    <div className={styles.frame} ref={frame}>
      {width > 0 && (
        <svg
          className={styles.chart}
          width={width}
          height={height}
          role="img"
          aria-label={label}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk along the bars and their numbers are read out
          tabIndex={0}
          onPointerMove={point}
          onPointerLeave={() => setActive(null)}
          onBlur={() => setActive(null)}
          onKeyDown={press}
          onClick={() => active !== null && onZoom?.(active)}
        >
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} stroke={theme.colors.border.weak} />
              <text x={left - 8} y={y(tick) + 4} textAnchor="end" className={styles.tick}>
                {axisText(tick)}
              </text>
            </g>
          ))}
          {active !== null && (
            <rect
              x={left + active * step}
              width={step}
              y={TOP}
              height={height - TOP - BOTTOM}
              fill={theme.colors.action.hover}
            />
          )}
          {series.map(({ key, isRest }, index) => (
            <g key={key} fill={seriesColour(theme, index, isRest)}>
              {bands[index]?.map(({ from, to }, bucket) =>
                to > from ? (
                  <rect key={bucket} x={x(bucket)} width={barWidth} y={y(to)} height={Math.max(y(from) - y(to), 0.5)} />
                ) : null,
              )}
            </g>
          ))}
          {beforeLine !== '' && (
            <path
              d={beforeLine}
              fill="none"
              stroke={theme.colors.text.secondary}
              strokeDasharray="4 3"
              strokeWidth={1.25}
            />
          )}
          {times.map((time, bucket) =>
            shown.has(bucket) ? (
              <text
                key={time}
                x={Math.min(x(bucket) + barWidth / 2, width - LABEL_WIDTH[grain] / 2 + 8)}
                y={height - 6}
                textAnchor="middle"
                className={styles.tick}
              >
                {labels.axis(time)}
              </text>
            ) : null,
          )}
        </svg>
      )}
      <div aria-live="polite" className={styles.spoken}>
        {active !== null && `${labels.full(times[active] ?? 0)}: ${valueText(active, 'total')}`}
      </div>
      {active !== null && width > 0 && (
        <ChartTooltip
          at={left + (active + 0.5) * step}
          width={width}
          title={labels.full(times[active] ?? 0)}
          rows={[
            ...series
              .map(({ key, label: name, isRest, values }, index) => ({
                key,
                label: name,
                colour: seriesColour(theme, index, isRest),
                size: values[active] ?? 0,
                value: valueText(active, index),
              }))
              .filter(({ size }) => size > 0)
              .reverse(),
            { key: 'total', label: t('chart.total', 'Total'), value: valueText(active, 'total') },
            ...(before === undefined || before[active] === undefined || before[active] === null
              ? []
              : [{ key: 'before', label: t('chart.before', 'Period before'), value: valueText(active, 'before') }]),
          ]}
        />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ position: 'relative', width: '100%', minWidth: 0 }),
  chart: css({
    display: 'block',
    // Time goes from left to right in every language, and so do the numbers.
    direction: 'ltr',
    touchAction: 'pan-y',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  tick: css({ fill: theme.colors.text.secondary, fontSize: 12, fontVariantNumeric: 'tabular-nums' }),
  spoken: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
});
