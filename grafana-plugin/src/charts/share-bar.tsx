import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useFormats } from '../app/use-formats.ts';

/** A part of a whole: a short bar and the percentage. `null`: there is no whole. */
export function ShareBar({ share }: { share: number | null }) {
  const styles = useStyles2(getStyles);
  const formats = useFormats();
  return (
    <span className={styles.box}>
      <span className={styles.track}>
        <span className={styles.bar} style={{ width: `${(Math.min(1, Math.max(0, share ?? 0)) * 100).toFixed(2)}%` }} />
      </span>
      {formats.percent(share)}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(1), fontVariantNumeric: 'tabular-nums' }),
  track: css({
    width: 72,
    height: 8,
    borderRadius: 4,
    overflow: 'hidden',
    background: theme.colors.background.secondary,
  }),
  bar: css({ display: 'block', height: '100%', background: theme.colors.primary.main, borderRadius: 4 }),
});
