import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, IconButton, Tooltip, useStyles2 } from '@grafana/ui';
import { type ReactNode, useId, useState } from 'react';
import type { AskedAnswer } from '../answers/use-answer.ts';
import { Failure } from './states/failure.tsx';
import { Skeleton } from './states/skeleton.tsx';
import { Slow } from './states/slow.tsx';

interface PanelProps<T> {
  readonly title: string;
  /** What is shown, in a sentence, for who asks. */
  readonly description?: string;
  readonly answer: AskedAnswer<T>;
  /** Height of the content, to keep its place while it loads. */
  readonly height: number;
  readonly actions?: ReactNode;
  /** The same numbers as a table; a button then switches between both. */
  readonly table?: (data: T) => ReactNode;
  /** True when there is nothing to draw. */
  readonly isEmpty?: (data: T) => boolean;
  readonly empty?: ReactNode;
  readonly className?: string;
  readonly children: (data: T) => ReactNode;
}

/** A framed part of a page with exactly one of: loading, failed, empty, or its content. */
export function Panel<T>(props: PanelProps<T>) {
  const { title, description, answer, height, actions, table, isEmpty, empty, className, children } = props;
  const styles = useStyles2(getStyles);
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const { data, error, isFormer, isAsking, again } = answer;
  const isStale = error !== undefined && data !== undefined;
  const content = (): ReactNode => {
    if (data === undefined) {
      return error === undefined ? <Skeleton height={height} /> : <Failure error={error} again={again} compact />;
    }
    if (isEmpty?.(data) === true)
      return <div className={styles.empty}>{empty ?? t('panel.empty', 'Nothing in this time')}</div>;
    return asTable && table !== undefined ? <div className={styles.table}>{table(data)}</div> : children(data);
  };
  return (
    <section
      className={cx(styles.panel, className)}
      aria-labelledby={id}
      aria-busy={isAsking}
      data-testid={`data-testid panel ${title}`}
    >
      <header className={styles.header}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {description !== undefined && (
          <Tooltip content={description}>
            <Icon name="info-circle" className={styles.hint} tabIndex={0} aria-label={description} />
          </Tooltip>
        )}
        {isStale && (
          <Tooltip content={error.message}>
            <span className={styles.stale} role="status">
              <Icon name="exclamation-triangle" /> {t('panel.stale', 'not up to date')}
            </span>
          </Tooltip>
        )}
        {data !== undefined && !isStale && (
          <span className={styles.slow}>
            <Slow isWaiting={isAsking} />
          </span>
        )}
        <div className={styles.actions}>
          {actions}
          {table !== undefined && data !== undefined && (
            <IconButton
              name={asTable ? 'graph-bar' : 'table'}
              size="md"
              aria-pressed={asTable}
              tooltip={asTable ? t('panel.as-chart', 'Show the chart') : t('panel.as-table', 'Show the numbers')}
              onClick={() => setAsTable(!asTable)}
            />
          )}
        </div>
      </header>
      <div className={cx(styles.content, isFormer && styles.former)} style={{ minHeight: height }}>
        {content()}
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'flex',
    flexDirection: 'column',
    minWidth: 0,
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  header: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    minHeight: theme.spacing(4.5),
    padding: theme.spacing(0.5, 1, 0, 2),
  }),
  title: css({
    margin: 0,
    fontSize: theme.typography.h6.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    whiteSpace: 'nowrap',
  }),
  hint: css({ color: theme.colors.text.secondary }),
  stale: css({ color: theme.colors.warning.text, fontSize: theme.typography.bodySmall.fontSize }),
  slow: css({ color: theme.colors.warning.text, fontSize: theme.typography.bodySmall.fontSize }),
  actions: css({
    marginInlineStart: 'auto',
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
  }),
  content: css({ flex: 1, padding: theme.spacing(1, 2, 1.5), minWidth: 0 }),
  // Only when the answer is slow: a refresh must not flicker.
  former: css({ opacity: 0.5, transition: 'opacity 150ms ease 600ms' }),
  table: css({ maxHeight: 320, overflow: 'auto' }),
  empty: css({
    height: '100%',
    minHeight: 96,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    color: theme.colors.text.secondary,
    textAlign: 'center',
  }),
});
