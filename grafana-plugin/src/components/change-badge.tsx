import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, useStyles2 } from '@grafana/ui';
import { useFormats } from '../app/use-formats.ts';
import type { Change } from '../domain/change.ts';

interface ChangeBadgeProps {
  readonly change: Change;
  /** Which direction is welcome; spend has none. */
  readonly good?: 'up' | 'down';
  /** The value of the period before, to be read on hover. */
  readonly before?: string;
}

/** How a value moved since the period before. The sign says it, not only the colour. */
export function ChangeBadge({ change, good, before }: ChangeBadgeProps) {
  const styles = useStyles2(getStyles);
  const formats = useFormats();
  const { direction, share } = change;
  if (direction === 'unknown') return null;
  const isGood = good !== undefined && direction === good;
  const isBad = good !== undefined && (direction === 'up' || direction === 'down') && direction !== good;
  const title = before === undefined ? undefined : t('change.before', '{{before}} in the period before', { before });
  return (
    <span className={cx(styles.badge, isGood && styles.good, isBad && styles.bad)} title={title}>
      {direction === 'up' && <Icon name="arrow-up" size="xs" />}
      {direction === 'down' && <Icon name="arrow-down" size="xs" />}
      {direction === 'new' ? t('change.new', 'new') : formats.change(share)}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  badge: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: 2,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
  good: css({ color: theme.colors.success.text }),
  bad: css({ color: theme.colors.error.text }),
});
