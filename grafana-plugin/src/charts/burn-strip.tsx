import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { useFormats } from '../app/use-formats.ts';

interface BurnStripProps {
  readonly rates: readonly { readonly window: string; readonly rate: number | null }[];
}

/** The longest times say most about a budget; the short ones only make alarms quick. */
const SHOWN = 3;
/** Per cent of a colour behind the text: more would be hard to read on. */
const STRENGTH_MAX = 26;

/** How fast a budget burns over short and long times: 1 uses it up exactly at its end. */
export function BurnStrip({ rates }: BurnStripProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const formats = useFormats();
  const colourOf = (rate: number | null): string => {
    if (rate === null) return 'transparent';
    const name = rate >= 3 ? 'red' : rate >= 1.2 ? 'orange' : 'green';
    return `color-mix(in srgb, ${theme.visualization.getColorByName(name)} ${Math.round(Math.min(1, Math.max(0.3, rate / 3)) * STRENGTH_MAX)}%, transparent)`;
  };
  return (
    <span className={styles.strip}>
      {rates.slice(-SHOWN).map(({ window, rate }) => (
        <span
          key={window}
          className={styles.cell}
          style={{ background: colourOf(rate) }}
          title={`${window} ${formats.rate(rate)}`}
        >
          {window} {formats.rate(rate)}
        </span>
      ))}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  strip: css({ display: 'inline-flex', gap: 2 }),
  cell: css({
    padding: theme.spacing(0, 0.5),
    borderRadius: 2,
    fontSize: theme.typography.bodySmall.fontSize,
    border: `1px solid ${theme.colors.border.weak}`,
  }),
});
