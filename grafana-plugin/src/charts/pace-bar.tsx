import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';

interface PaceBarProps {
  readonly label: string;
  /** Shares of the limit; more than 1 is over it. */
  readonly used: number;
  readonly reserved: number;
  readonly pace: number;
  readonly projected: number | null;
  readonly colour: string;
}

/** Where the limit stands in the width, so that what is over it can be seen. */
const LIMIT_AT = 0.8;

/** A budget at a glance: used, reserved, usual by now, heading, limit. */
export function PaceBar({ label, used, reserved, pace, projected, colour }: PaceBarProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const at = (share: number) => `${(Math.min(1, Math.max(0, share * LIMIT_AT)) * 100).toFixed(2)}%`;
  return (
    <span className={styles.track} role="img" aria-label={label} title={label}>
      <span className={styles.bar} style={{ width: at(used), background: colour }} />
      {reserved > 0 && (
        <span
          className={styles.bar}
          style={{
            insetInlineStart: at(used),
            width: at(reserved),
            background: `repeating-linear-gradient(45deg, ${colour} 0 3px, transparent 3px 6px)`,
          }}
        />
      )}
      <span className={styles.limit} style={{ insetInlineStart: at(1) }} />
      <span className={styles.pace} style={{ insetInlineStart: at(pace), background: theme.colors.text.primary }} />
      {projected !== null && (
        <span className={styles.dot} style={{ insetInlineStart: at(projected), borderColor: colour }} />
      )}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  track: css({
    position: 'relative',
    display: 'block',
    height: 12,
    borderRadius: 3,
    background: theme.colors.background.secondary,
  }),
  bar: css({ position: 'absolute', top: 0, bottom: 0, borderRadius: 3 }),
  limit: css({
    position: 'absolute',
    top: -3,
    bottom: -3,
    borderInlineStart: `2px solid ${theme.colors.text.secondary}`,
  }),
  pace: css({ position: 'absolute', top: -2, bottom: -2, width: 1.5 }),
  dot: css({
    position: 'absolute',
    top: 2,
    width: 8,
    height: 8,
    marginInlineStart: -4,
    borderRadius: '50%',
    border: '2px solid',
    background: theme.colors.background.primary,
  }),
});
