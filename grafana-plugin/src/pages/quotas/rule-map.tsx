import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import type { Budget, QuotaStatus } from '../../api/quota-answer.ts';
import { useFormats } from '../../app/use-formats.ts';
import { Panel } from '../../components/panel.tsx';
import { bucketName, budgetKey, stateColour, stateName } from '../../quotas/budget-names.ts';

/** Every budget as one cell in the row of its rule: the fuller, the stronger. */
export function RuleMap({ answer }: { answer: AskedAnswer<QuotaStatus> }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const formats = useFormats();
  const cell = (budget: Budget) => {
    const strength = Math.round(20 + Math.min(1, budget.used_ratio ?? 1) * 80);
    const title = `${bucketName(budget)}: ${formats.percent(budget.used_ratio)} · ${stateName(budget.state)}`;
    return (
      <span
        key={budgetKey(budget)}
        className={styles.cell}
        role="img"
        aria-label={title}
        title={title}
        style={{ background: `color-mix(in srgb, ${stateColour(theme, budget.state)} ${strength}%, transparent)` }}
      />
    );
  };
  return (
    <Panel
      title={t('quotas.map', 'Rules and who they hold')}
      description={t(
        'quotas.map-hint',
        'One cell for each budget, the fullest first. The stronger the colour, the more is used.',
      )}
      answer={answer}
      height={140}
      isEmpty={({ budgets }) => budgets.length === 0}
    >
      {({ budgets }) => (
        <dl className={styles.rules}>
          {[...Map.groupBy(budgets, ({ rule_id, limit_id }) => `${rule_id} · ${limit_id}`)].map(([rule, of]) => (
            <div key={rule}>
              <dt className={styles.rule}>
                {rule} <span className={styles.count}>{formats.count(of.length)}</span>
              </dt>
              <dd className={styles.cells}>{of.map(cell)}</dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rules: css({
    margin: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    maxHeight: 260,
    overflowY: 'auto',
  }),
  rule: css({ fontWeight: 'normal', fontSize: theme.typography.bodySmall.fontSize }),
  count: css({ color: theme.colors.text.secondary }),
  cells: css({ margin: 0, display: 'flex', flexWrap: 'wrap', gap: 2 }),
  cell: css({ width: 16, height: 16, borderRadius: 2 }),
});
