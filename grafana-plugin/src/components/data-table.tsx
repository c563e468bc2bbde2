import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

export interface Column<R> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: R) => ReactNode;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  readonly isSortable?: boolean;
  /** Screens narrower than this leave the column out: what stands in it can do without. */
  readonly from?: 'md' | 'xl' | 'xxl';
  readonly title?: (row: R) => string | undefined;
  /** Sentences go on in a second line where there is no room; other values are cut off. */
  readonly wraps?: boolean;
}

export interface Sorting {
  readonly by: string;
  readonly direction: 'asc' | 'desc';
}

interface DataTableProps<R> {
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string;
  readonly sorting?: Sorting;
  readonly onSort?: (sorting: Sorting) => void;
  readonly foot?: readonly ReactNode[];
}

/** Rows in the order they come: whoever has them sorts them. The first column names the row. */
export function DataTable<R>({ label, columns, rows, rowKey, sorting, onSort, foot }: DataTableProps<R>) {
  const styles = useStyles2(getStyles);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map(({ id, header, isNumber = false, isSortable = false, from }) => {
              const direction = sorting?.by === id ? sorting.direction : undefined;
              return (
                <th
                  key={id}
                  scope="col"
                  className={cx(styles.head, isNumber && styles.number, from !== undefined && styles[from])}
                  aria-sort={direction === undefined ? undefined : direction === 'asc' ? 'ascending' : 'descending'}
                >
                  {isSortable && onSort !== undefined ? (
                    <button
                      type="button"
                      className={styles.sort}
                      onClick={() => onSort({ by: id, direction: direction === 'desc' ? 'asc' : 'desc' })}
                    >
                      {header}
                      {direction !== undefined && (
                        <Icon name={direction === 'asc' ? 'arrow-up' : 'arrow-down'} size="sm" />
                      )}
                    </button>
                  ) : (
                    header
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className={styles.row}>
              {columns.map(({ id, cell, isNumber = false, wraps = false, title, from }, index) => {
                const className = cx(
                  styles.cell,
                  isNumber && styles.number,
                  wraps && styles.sentence,
                  from !== undefined && styles[from],
                );
                return index === 0 ? (
                  <th key={id} scope="row" className={className} title={title?.(row)} data-column={id}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={id} className={className} title={title?.(row)} data-column={id}>
                    {cell(row)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
        {foot !== undefined && (
          <tfoot>
            <tr className={styles.foot}>
              {columns.slice(0, foot.length).map(({ id, isNumber = false, from }, index) => (
                <td
                  key={id}
                  data-column={id}
                  className={cx(styles.cell, isNumber && styles.number, from !== undefined && styles[from])}
                >
                  {foot[index]}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto', maxWidth: '100%' }),
  table: css({ width: '100%', borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums' }),
  head: css({
    padding: theme.spacing(0.75, 0.75),
    textAlign: 'start',
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    color: theme.colors.text.secondary,
    whiteSpace: 'nowrap',
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  sort: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: 2,
    padding: 0,
    border: 0,
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    '&:hover': { color: theme.colors.text.primary },
  }),
  row: css({
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    '&:last-child': { borderBottom: 0 },
    '&:hover': { background: theme.colors.action.hover },
  }),
  cell: css({
    padding: theme.spacing(0.5, 0.75),
    height: 34,
    textAlign: 'start',
    fontWeight: 'normal',
    maxWidth: 280,
    [theme.breakpoints.down('md')]: { maxWidth: 140 },
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    a: { color: theme.colors.text.link, '&:hover': { textDecoration: 'underline' } },
  }),
  sentence: css({ whiteSpace: 'normal', minWidth: 120 }),
  foot: css({ borderTop: `1px solid ${theme.colors.border.medium}`, fontWeight: theme.typography.fontWeightMedium }),
  md: css({ [theme.breakpoints.down('md')]: { display: 'none' } }),
  xl: css({ [theme.breakpoints.down('xl')]: { display: 'none' } }),
  xxl: css({ [theme.breakpoints.down('xxl')]: { display: 'none' } }),
  number: css({ textAlign: 'end', button: { flexDirection: 'row-reverse' } }),
});
