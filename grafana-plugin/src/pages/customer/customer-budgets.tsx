import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { Link } from 'react-router-dom';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import type { Budget, QuotaStatus } from '../../api/quota-answer.ts';
import { PAGES, useLinks } from '../../app/links.ts';
import { useFormats } from '../../app/use-formats.ts';
import { BurnStrip } from '../../charts/burn-strip.tsx';
import { Panel } from '../../components/panel.tsx';
import { BudgetBar } from '../../quotas/budget-bar.tsx';
import { amountText, budgetKey } from '../../quotas/budget-names.ts';
import { RunsOut } from '../../quotas/runs-out.tsx';
import { StateBadge } from '../../quotas/state-badge.tsx';

/** The limits that hold this customer: how full each is, how fast it is used, where it ends and when it begins anew. */
export function CustomerBudgets({ answer }: { answer: AskedAnswer<QuotaStatus> }) {
  const styles = useStyles2(getStyles);
  const formats = useFormats();
  const links = useLinks();
  const row = (budget: Budget) => {
    const { unit, per, used, limit, projected, window, burn_rates, rule_id } = budget;
    return (
      <li key={budgetKey(budget)} className={styles.row}>
        <span className={styles.name}>
          <bdi>{rule_id}</bdi>
          <span className={styles.minor}>
            {amountText(unit, used, formats)} / {amountText(unit, limit, formats)} · {perText(per)}
          </span>
        </span>
        <BudgetBar budget={budget} inCell={false} />
        <StateBadge budget={budget} />
        <BurnStrip rates={burn_rates} />
        <span className={styles.end}>
          {projected !== null && (
            <span title={`${projected.low ?? '?'} – ${projected.high ?? '?'}`}>
              {t('quotas.ends-at', 'ends at {{amount}}', {
                amount: amountText(unit, projected.mid, formats),
                interpolation: { escapeValue: false },
              })}
            </span>
          )}
          <span className={styles.minor}>
            {budget.state !== 'exhausted' && <RunsOut budget={budget} />}{' '}
            {window.resets_at !== null &&
              t('quotas.resets-at', 'resets {{at}}', {
                at: dateTimeFormat(window.resets_at, { timeZone: window.timezone, format: 'YYYY-MM-DD HH:mm' }),
              })}
          </span>
        </span>
      </li>
    );
  };
  return (
    <Panel
      title={t('customer.budgets', 'Used against pace')}
      description={t(
        'quotas.pace-hint',
        'The bar is what is used, the hatched part what is reserved. The line is what is usual by now, the dot where it ends at this pace. The mark at four fifths of the width is the limit.',
      )}
      answer={answer}
      height={44}
      isEmpty={({ budgets }) => budgets.length === 0}
      empty={t('customer.unlimited', 'No rule holds this customer')}
      actions={
        <Link to={links.to(PAGES.quotas)} className={styles.link}>
          {t('customer.all-quotas', 'All quotas')}
        </Link>
      }
    >
      {({ budgets }) => <ul className={styles.list}>{budgets.map(row)}</ul>}
    </Panel>
  );
}

function perText(per: string): string {
  switch (per) {
    case 'minute':
      return t('per.minute', 'per minute');
    case 'hour':
      return t('per.hour', 'per hour');
    case 'day':
      return t('per.day', 'per day');
    case 'week':
      return t('per.week', 'per week');
    case 'month':
      return t('per.month', 'per month');
    case 'quarter':
      return t('per.quarter', 'per quarter');
    case 'year':
      return t('per.year', 'per year');
    default:
      return t('per.lifetime', 'in all');
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    display: 'grid',
    gridTemplateColumns: 'fit-content(28%) minmax(120px, 1fr) auto auto auto',
    columnGap: theme.spacing(2),
    rowGap: theme.spacing(1),
    [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  row: css({
    display: 'grid',
    gridColumn: '1 / -1',
    gridTemplateColumns: 'subgrid',
    alignItems: 'center',
    justifyItems: 'start',
    rowGap: theme.spacing(0.5),
    '& > [role="img"]': { width: '100%' },
  }),
  link: css({ color: theme.colors.text.link, fontSize: theme.typography.bodySmall.fontSize }),
  name: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
  minor: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  end: css({ display: 'flex', flexDirection: 'column', fontVariantNumeric: 'tabular-nums' }),
});
