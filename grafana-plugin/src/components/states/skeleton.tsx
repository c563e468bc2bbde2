import { css, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';

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
    />
  );
}

const breathe = keyframes({ '50%': { opacity: 0.4 } });

const getStyles = (theme: GrafanaTheme2) => ({
  block: css({
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    [theme.transitions.handleMotion('no-preference')]: { animation: `${breathe} 1.6s ease-in-out infinite` },
  }),
});
