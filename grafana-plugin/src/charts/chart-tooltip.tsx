import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface TooltipRow {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly colour?: string;
}

interface ChartTooltipProps {
  /** Distance of what is shown from the left edge, and the width of the chart, in pixels. */
  readonly at: number;
  readonly width: number;
  readonly title: string;
  readonly rows: readonly TooltipRow[];
}

const WIDTH = 260;

/** The numbers of one bucket, beside it. */
export function ChartTooltip({ at, width, title, rows }: ChartTooltipProps) {
  const styles = useStyles2(getStyles);
  const left = at + 14 + WIDTH > width ? Math.max(0, at - 14 - WIDTH) : at + 14;
  return (
    <div className={styles.box} style={{ left, width: WIDTH }} aria-hidden>
      <div className={styles.title}>{title}</div>
      {rows.map(({ key, label, value, colour }) => (
        <div key={key} className={styles.row}>
          {colour !== undefined && <span className={styles.mark} style={{ background: colour }} />}
          <span className={styles.label}>{label}</span>
          <span className={styles.value}>{value}</span>
        </div>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    position: 'absolute',
    top: 4,
    zIndex: theme.zIndex.tooltip,
    pointerEvents: 'none',
    padding: theme.spacing(1),
    background: theme.colors.background.elevated ?? theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z2,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  title: css({ fontWeight: theme.typography.fontWeightMedium, marginBottom: theme.spacing(0.5) }),
  row: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.75), lineHeight: 1.6 }),
  mark: css({ width: 10, height: 10, borderRadius: 2, flexShrink: 0 }),
  label: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  value: css({ marginInlineStart: 'auto', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
});
