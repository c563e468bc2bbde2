import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { seriesColour } from './series-colours.ts';

export interface Bar {
  readonly key: string;
  readonly label: string;
  /** Length, from 0 to 1; below 0 it goes to the other side. */
  readonly share: number;
  readonly value: string;
  readonly exact?: string;
  readonly href?: string;
  readonly after?: ReactNode;
  readonly isRest?: boolean;
  /** Colour by position instead of one for all. */
  readonly series?: number;
}

/** Names with bars beside them, the longest first: a chart and a table at once. */
export function BarList({ bars, diverging = false }: { bars: readonly Bar[]; diverging?: boolean }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const colourOf = ({ share, isRest = false, series = 0 }: Bar): string => {
    if (diverging)
      return share < 0 ? theme.visualization.getColorByName('green') : theme.visualization.getColorByName('orange');
    return seriesColour(theme, series, isRest);
  };
  return (
    <ul className={styles.list}>
      {bars.map((bar) => {
        const { key, label, share, value, exact, href, after } = bar;
        const width = `${Math.min(100, Math.abs(share) * (diverging ? 50 : 100)).toFixed(2)}%`;
        const start = diverging ? (share < 0 ? `calc(50% - ${width})` : '50%') : 0;
        return (
          <li key={key} className={styles.item}>
            <span className={styles.label} title={label}>
              {href === undefined ? label : <Link to={href}>{label}</Link>}
            </span>
            <span className={cx(styles.track, diverging && styles.middle)}>
              <span
                className={styles.bar}
                style={{ width, minWidth: share === 0 ? 0 : 2, insetInlineStart: start, background: colourOf(bar) }}
              />
            </span>
            <span className={styles.value} title={exact}>
              {value}
            </span>
            {after !== undefined && <span className={styles.after}>{after}</span>}
          </li>
        );
      })}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    display: 'grid',
    gridTemplateColumns: 'fit-content(38%) minmax(32px, 1fr) auto auto',
    columnGap: theme.spacing(1),
    rowGap: theme.spacing(0.25),
  }),
  item: css({
    display: 'grid',
    gridColumn: '1 / -1',
    gridTemplateColumns: 'subgrid',
    alignItems: 'center',
    minHeight: 22,
  }),
  label: css({
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    a: { '&:hover': { textDecoration: 'underline' } },
  }),
  track: css({ position: 'relative', height: 10 }),
  middle: css({
    '&::before': {
      content: '""',
      position: 'absolute',
      insetInlineStart: '50%',
      top: -4,
      bottom: -4,
      borderInlineStart: `1px solid ${theme.colors.border.medium}`,
    },
  }),
  bar: css({ position: 'absolute', top: 0, bottom: 0, borderRadius: 2 }),
  value: css({ textAlign: 'end', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
  after: css({ display: 'flex', justifyContent: 'flex-end' }),
});
