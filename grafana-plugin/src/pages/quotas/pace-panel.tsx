import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import type { Budget, QuotaStatus } from '../../api/quota-answer.ts';
import { useFormats } from '../../app/use-formats.ts';
import { Panel } from '../../components/panel.tsx';
import { BudgetBar } from '../../quotas/budget-bar.tsx';
import { amountText, bucketName, budgetKey } from '../../quotas/budget-names.ts';

interface PacePanelProps {
  readonly answer: AskedAnswer<QuotaStatus>;
  /** Key of the budget that is drawn beside. */
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}

const SHOWN = 9;

/** The fullest budgets: used and reserved against what is usual by now, and where they are heading. */
export function PacePanel({ answer, chosen, onChoose }: PacePanelProps) {
  const styles = useStyles2(getStyles);
  const formats = useFormats();
  const row = (budget: Budget) => {
    const { unit, limit, used } = budget;
    return (
      <li key={budgetKey(budget)} className={styles.row}>
        <button
          type="button"
          className={styles.name}
          title={`${bucketName(budget)}, ${budget.rule_id}`}
          aria-pressed={budgetKey(budget) === chosen}
          onClick={() => onChoose(budgetKey(budget))}
        >
          <bdi>{bucketName(budget)}</bdi>
        </button>
        <BudgetBar budget={budget} />
        <span className={styles.value}>
          {amountText(unit, used, formats)} / {amountText(unit, limit, formats)}
        </span>
      </li>
    );
  };
  return (
    <Panel
      title={t('quotas.pace', 'Used against pace')}
      description={t(
        'quotas.pace-hint',
        'The bar is what is used, the hatched part what is reserved. The line is what is usual by now, the dot where it ends at this pace. The mark at four fifths of the width is the limit.',
      )}
      answer={answer}
      height={230}
      isEmpty={({ budgets }) => budgets.length === 0}
      empty={t('quotas.none-in-state', 'No budget stands so')}
    >
      {({ budgets }) => <ul className={styles.list}>{budgets.slice(0, SHOWN).map(row)}</ul>}
    </Panel>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    display: 'grid',
    gridTemplateColumns: 'fit-content(30%) minmax(80px, 1fr) auto',
    columnGap: theme.spacing(1.5),
    rowGap: theme.spacing(0.25),
  }),
  row: css({
    display: 'grid',
    gridColumn: '1 / -1',
    gridTemplateColumns: 'subgrid',
    alignItems: 'center',
    minHeight: 24,
  }),
  name: css({
    padding: theme.spacing(0, 0.5),
    border: 0,
    borderRadius: theme.shape.radius.default,
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    textAlign: 'start',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    '&:hover': { background: theme.colors.action.hover },
    '&[aria-pressed="true"]': { background: theme.colors.action.selected },
  }),
  value: css({
    textAlign: 'end',
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
