import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

interface NothingProps {
  readonly title: string;
  /** What to do next. */
  readonly children?: ReactNode;
  readonly icon?: IconName;
}

/** There is nothing here, and what to do about it. */
export function Nothing({ title, children, icon = 'info-circle' }: NothingProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box} role="status" data-testid="data-testid nothing">
      <Icon name={icon} size="xxl" className={styles.icon} />
      <h2 className={styles.title}>{title}</h2>
      <div className={styles.next}>{children}</div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    textAlign: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(6, 2),
    minHeight: 160,
    justifyContent: 'center',
  }),
  icon: css({ color: theme.colors.text.secondary }),
  title: css({ fontSize: theme.typography.h5.fontSize, margin: 0 }),
  next: css({
    color: theme.colors.text.secondary,
    maxWidth: 640,
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    alignItems: 'center',
    pre: { textAlign: 'start', margin: 0, maxWidth: '100%' },
  }),
});
