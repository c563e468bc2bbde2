import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { valueAxis } from '../domain/value-axis.ts';
import { axisWidth } from './time-labels.ts';
import { useWidth } from './use-width.ts';

/** A share of the whole time, and the sum there. */
export type Point = readonly [share: number, value: number];

interface CumulativeChartProps {
  readonly label: string;
  /** The sum up to now; begins at 0. */
  readonly line: readonly Point[];
  /** What it is held against. */
  readonly beside: readonly Point[];
  /** The sum at the end of the time, and the range that holds it; `null` while nobody can tell. */
  readonly end: { readonly mid: number; readonly low: number | null; readonly high: number | null } | null;
  readonly limit: number | null;
  readonly marks: readonly { readonly share: number; readonly text: string }[];
  readonly height: number;
  /** A line is only named when its text is not empty. */
  readonly names: { readonly line: string; readonly end: string; readonly beside: string; readonly limit: string };
  readonly axisText: (value: number) => string;
}

const BOTTOM = 20;
const TOP = 8;
/** A limit higher than so many times everything else would press the lines to the ground: it is only named then. */
const LIMIT_SHOWN_TO = 3;

/** A sum that grows over a time, what it is held against, its limit, and the way to its end with its range. */
export function CumulativeChart(props: CumulativeChartProps) {
  const { label, line, beside, end, limit, marks, height, names, axisText } = props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [frame, width] = useWidth<HTMLDivElement>();
  const highest = Math.max(0, ...[...line, ...beside].map(([, value]) => value), end?.high ?? end?.mid ?? 0);
  const showsLimit = limit !== null && (limit <= LIMIT_SHOWN_TO * highest || highest === 0);
  const ticks = valueAxis(Math.max(highest, showsLimit ? limit : 0));
  const left = axisWidth(ticks.map(axisText));
  const x = (share: number) => left + share * (width - left - 4);
  const y = (value: number) => TOP + (1 - value / (ticks.at(-1) ?? 1)) * (height - TOP - BOTTOM);
  const path = (points: readonly Point[]) =>
    points
      .map(([share, value], index) => `${index === 0 ? 'M' : 'L'}${x(share).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('');
  const last = line.at(-1) ?? [0, 0];
  const [blue, red] = ['blue', 'red'].map((name) => theme.visualization.getColorByName(name));
  const grey = theme.colors.text.secondary;
  const legend = [
    [names.line, `2px solid ${blue}`],
    [names.end, `2px dotted ${blue}`],
    [names.limit, `2px solid ${red}`],
    [names.beside, `1.5px dashed ${grey}`],
  ].filter(([name]) => name !== '');
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
          {marks.map(({ share, text }) => (
            <text
              key={share}
              x={x(share)}
              y={height - 5}
              textAnchor={share === 1 ? 'end' : share === 0 ? 'start' : 'middle'}
              className={styles.tick}
            >
              {text}
            </text>
          ))}
          <path d={path(beside)} fill="none" stroke={grey} strokeDasharray="4 3" strokeWidth={1.25} />
          <path d={`${path(line)}L${x(last[0])} ${y(0)}Z`} fill={blue} opacity={0.15} />
          <path d={path(line)} fill="none" stroke={blue} strokeWidth={2} />
          {end !== null && (
            <>
              {end.low !== null && end.high !== null && (
                <path d={`${path([last, [1, end.high], [1, end.low]])}Z`} fill={blue} opacity={0.22} />
              )}
              <path d={path([last, [1, end.mid]])} fill="none" stroke={blue} strokeDasharray="2 3" strokeWidth={1.5} />
              <circle cx={x(1)} cy={y(end.mid)} r={3} fill={blue} />
            </>
          )}
          {showsLimit && <line x1={left} x2={width} y1={y(limit)} y2={y(limit)} stroke={red} strokeWidth={2} />}
        </svg>
      )}
      <ul className={styles.legend}>
        {legend.map(([name, border]) => (
          <li key={name}>
            <span style={{ borderTop: border }} />
            {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ width: '100%', minWidth: 0 }),
  // Time goes from left to right in every language, and so do the numbers.
  chart: css({ display: 'block', direction: 'ltr' }),
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
