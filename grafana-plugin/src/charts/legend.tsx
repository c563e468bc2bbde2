import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { seriesColour } from './series-colours.ts';
import type { Series } from './stack.ts';

/** Names of the series with their sums, in the order they are stacked. */
export function Legend({
  series,
  sums,
  before,
}: {
  series: readonly Series[];
  sums: readonly string[];
  before?: string;
}) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  return (
    <ul className={styles.list}>
      {series.map(({ key, label, isRest }, index) => (
        <li key={key} className={styles.item}>
          <span className={styles.mark} style={{ background: seriesColour(theme, index, isRest) }} />
          {label} <span className={styles.sum}>{sums[index]}</span>
        </li>
      ))}
      {before !== undefined && (
        <li className={styles.item}>
          <span className={styles.dash} />
          {before}
        </li>
      )}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.25, 2),
    marginTop: theme.spacing(0.5),
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  item: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.75), minWidth: 0, overflowWrap: 'anywhere' }),
  mark: css({ width: 10, height: 10, borderRadius: 2, flexShrink: 0 }),
  dash: css({ width: 14, borderTop: `1.5px dashed ${theme.colors.text.secondary}` }),
  sum: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
});
