import { css, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { Slow } from './slow.tsx';

/** Stands where something will be, as high as it will be. */
export function Skeleton({ height }: { height: number }) {
  const styles = useStyles2(getStyles);
  return (
    <div
      className={styles.block}
      style={{ height }}
      role="status"
      aria-label={t('loading', 'Loading')}
      data-testid="data-testid loading"
    >
      <Slow isWaiting />
    </div>
  );
}

const breathe = keyframes({ '50%': { opacity: 0.6 } });

const getStyles = (theme: GrafanaTheme2) => ({
  block: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    textAlign: 'center',
    overflow: 'hidden',
    padding: theme.spacing(1),
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.primary,
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    [theme.transitions.handleMotion('no-preference')]: { animation: `${breathe} 1.6s ease-in-out infinite` },
  }),
});
