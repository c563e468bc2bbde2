import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { Budget } from '../api/quota-answer.ts';
import { useFormats } from '../app/use-formats.ts';
import { PaceBar } from '../charts/pace-bar.tsx';
import { shareOf } from '../domain/money.ts';
import { amountText, stateColour } from './budget-names.ts';

/** A budget as a bar against its pace and limit; in a cell of a table with the share that is used beside it. */
export function BudgetBar({ budget, inCell = false }: { budget: Budget; inCell?: boolean }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const formats = useFormats();
  const { unit, limit, used, reserved, projected, pace_ratio, state, used_ratio } = budget;
  const bar = (
    <PaceBar
      label={t('quotas.bar', '{{used}} of {{limit}} used', {
        used: amountText(unit, used, formats),
        limit: amountText(unit, limit, formats),
        interpolation: { escapeValue: false },
      })}
      used={shareOf(used, limit) ?? 1}
      reserved={shareOf(reserved, limit) ?? 0}
      pace={pace_ratio}
      projected={projected === null ? null : shareOf(projected.mid, limit)}
      colour={stateColour(theme, state)}
    />
  );
  if (!inCell) return bar;
  return (
    <span className={styles.cell}>
      <span className={styles.bar}>{bar}</span>
      <span className={styles.share}>{formats.percent(used_ratio)}</span>
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  cell: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  bar: css({ width: 88, flexShrink: 0, [theme.breakpoints.down('md')]: { width: 32 } }),
  share: css({ minWidth: 40, textAlign: 'end', fontVariantNumeric: 'tabular-nums' }),
});
