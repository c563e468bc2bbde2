import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

/** A value with a thin bar below it, as long as the value is large among its column. */
export function CellBar({ share, tone, children }: { share: number; tone: 'plain' | 'bad'; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.box}>
      {children}
      <span className={styles.track}>
        <span
          className={cx(styles.bar, tone === 'bad' && styles.bad)}
          style={{ width: `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%` }}
        />
      </span>
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ display: 'inline-block', minWidth: 44, textAlign: 'end' }),
  track: css({
    display: 'block',
    height: 3,
    borderRadius: 2,
    background: theme.colors.background.secondary,
    overflow: 'hidden',
  }),
  bar: css({ display: 'block', height: '100%', marginInlineStart: 'auto', background: theme.colors.primary.main }),
  bad: css({ background: theme.colors.error.main }),
});
