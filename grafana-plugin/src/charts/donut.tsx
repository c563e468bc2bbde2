import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { seriesColour } from './series-colours.ts';

interface DonutProps {
  readonly label: string;
  readonly parts: readonly { readonly key: string; readonly size: number }[];
  readonly middle: string;
  readonly below: string;
}

const SIZE = 84;
const RADIUS = 36;
const AROUND = 2 * Math.PI * RADIUS;
const GAP = 2;
/** A longer text in the middle is written smaller. */
const MIDDLE_CHARS_MAX = 7;

/** Shares of a whole. The numbers stand in the list beside it. */
export function Donut({ label, parts, middle, below }: DonutProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const whole = parts.reduce((sum, { size }) => sum + size, 0);
  const lengths = parts.map(({ size }) => (whole === 0 ? 0 : (size / whole) * AROUND));
  const starts = lengths.map((_, index) => lengths.slice(0, index).reduce((sum, length) => sum + length, 0));
  return (
    <svg
      className={styles.chart}
      width={SIZE}
      height={SIZE}
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      role="img"
      aria-label={label}
    >
      <g transform={`rotate(-90 ${SIZE / 2} ${SIZE / 2})`} fill="none" strokeWidth={11}>
        {parts.map(({ key, size }, index) =>
          size > 0 ? (
            <circle
              key={key}
              cx={SIZE / 2}
              cy={SIZE / 2}
              r={RADIUS}
              stroke={seriesColour(theme, index)}
              strokeDasharray={`${Math.max((lengths[index] ?? 0) - GAP, 0.5)} ${AROUND}`}
              strokeDashoffset={-(starts[index] ?? 0)}
            />
          ) : null,
        )}
      </g>
      <text
        x={SIZE / 2}
        y={SIZE / 2 + 2}
        textAnchor="middle"
        className={styles.middle}
        fontSize={middle.length > MIDDLE_CHARS_MAX ? 11 : 15}
      >
        {middle}
      </text>
      <text x={SIZE / 2} y={SIZE / 2 + 16} textAnchor="middle" className={styles.below}>
        {below}
      </text>
    </svg>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  chart: css({ display: 'block', margin: theme.spacing(0, 'auto', 0.5) }),
  middle: css({ fill: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
  below: css({ fill: theme.colors.text.secondary, fontSize: 12 }),
});
