import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { approximate } from '../domain/money.ts';
import type { MonthPace } from '../domain/month-pace.ts';
import { valueAxis } from '../domain/value-axis.ts';
import { axisWidth } from './time-labels.ts';
import { useWidth } from './use-width.ts';

interface PaceChartProps {
  readonly label: string;
  readonly pace: MonthPace;
  /** How much of the month is over, from 0 to 1. */
  readonly passed: number;
  readonly height: number;
  readonly names: { readonly now: string; readonly before: string; readonly projected: string };
  readonly axisText: (value: number) => string;
}

const BOTTOM = 20;
const TOP = 8;

/** A sum growing over a month, the month before, and the straight line to the end. */
export function PaceChart({ label, pace, passed, height, names, axisText }: PaceChartProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [frame, width] = useWidth<HTMLDivElement>();
  const now = pace.soFar.map(approximate);
  const before = pace.before.map(approximate);
  const projected = pace.projected === null ? null : approximate(pace.projected);
  const ticks = valueAxis(Math.max(0, ...now, ...before, projected ?? 0));
  const left = axisWidth(ticks.map(axisText));
  const x = (share: number) => left + share * (width - left - 4);
  const y = (value: number) => TOP + (1 - value / (ticks.at(-1) ?? 1)) * (height - TOP - BOTTOM);
  // A day's sum stands at its end; the day that runs, at now.
  const place = (day: number) => Math.min((day + 1) / pace.days, passed);
  const nowPoints = [[0, 0] as const, ...now.map((value, day) => [place(day), value] as const)];
  const beforePoints = [[0, 0] as const, ...before.map((value, day) => [(day + 1) / before.length, value] as const)];
  const path = (points: readonly (readonly [number, number])[]) =>
    points
      .map(([share, value], index) => `${index === 0 ? 'M' : 'L'}${x(share).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('');
  const last = nowPoints.at(-1) ?? [0, 0];
  const colour = theme.visualization.getColorByName('blue');
  return (
    <div ref={frame} className={styles.frame}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label} className={styles.chart}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} stroke={theme.colors.border.weak} />
              <text x={left - 8} y={y(tick) + 4} textAnchor="end" className={styles.tick}>
                {axisText(tick)}
              </text>
            </g>
          ))}
          {[1, 8, 15, 22, pace.days].map((day) => (
            <text
              key={day}
              x={x((day - 1) / (pace.days - 1))}
              y={height - 5}
              textAnchor={day === pace.days ? 'end' : 'middle'}
              className={styles.tick}
            >
              {day}
            </text>
          ))}
          <path
            d={path(beforePoints)}
            fill="none"
            stroke={theme.colors.text.secondary}
            strokeDasharray="4 3"
            strokeWidth={1.25}
          />
          <path d={`${path(nowPoints)}L${x(last[0])} ${y(0)}Z`} fill={colour} opacity={0.15} />
          <path d={path(nowPoints)} fill="none" stroke={colour} strokeWidth={2} />
          {projected !== null && (
            <>
              <path
                d={path([last, [1, projected]])}
                fill="none"
                stroke={colour}
                strokeDasharray="2 3"
                strokeWidth={1.5}
              />
              <circle cx={x(1)} cy={y(projected)} r={3} fill={colour} />
            </>
          )}
        </svg>
      )}
      <ul className={styles.legend}>
        <li>
          <span style={{ borderTop: `2px solid ${colour}` }} />
          {names.now}
        </li>
        <li>
          <span style={{ borderTop: `2px dotted ${colour}` }} />
          {names.projected}
        </li>
        <li>
          <span style={{ borderTop: `1.5px dashed ${theme.colors.text.secondary}` }} />
          {names.before}
        </li>
      </ul>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ width: '100%', minWidth: 0 }),
  chart: css({ display: 'block' }),
  tick: css({ fill: theme.colors.text.secondary, fontSize: 12, fontVariantNumeric: 'tabular-nums' }),
  legend: css({
    listStyle: 'none',
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.25, 2),
    fontSize: theme.typography.bodySmall.fontSize,
    li: { display: 'flex', alignItems: 'center', gap: theme.spacing(0.75) },
    span: { width: 14 },
  }),
});
