import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** `title` is read on hover; the value itself unless told. */
type Fact = readonly [name: string, value: string | null | undefined, title?: string];

/** Names and values; what has no value is left out. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  const styles = useStyles2(getStyles);
  return (
    <dl className={styles.list}>
      {facts.map(([name, value, title]) =>
        value === null || value === undefined || value === '' ? null : (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd title={title ?? value}>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    margin: 0,
    display: 'grid',
    gridTemplateColumns: 'fit-content(60%) minmax(0, 1fr)',
    columnGap: theme.spacing(2),
    fontVariantNumeric: 'tabular-nums',
  }),
  fact: css({
    display: 'grid',
    gridColumn: '1 / -1',
    gridTemplateColumns: 'subgrid',
    padding: theme.spacing(0.5, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    '&:last-child': { borderBottom: 0 },
    dt: { color: theme.colors.text.secondary, fontWeight: 'normal' },
    dd: { margin: 0, overflowWrap: 'anywhere' },
  }),
});
