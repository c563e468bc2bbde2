import { css, cx } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import type { Budget, QuotaStatus } from '../../api/quota-answer.ts';
import { askQuotaRules } from '../../api/usage-api.ts';
import { useFormats } from '../../app/use-formats.ts';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { Nothing } from '../../components/states/nothing.tsx';
import { stopped } from '../../domain/stopped.ts';
import { bucketName, budgetKey, stateColour } from '../../quotas/budget-names.ts';

const SHOWN = 9;

/** Who is stopped or will be before the window ends, from when until when, and what the rule does with them. */
export function StoppedPanel({ answer, nowMs }: { answer: AskedAnswer<QuotaStatus>; nowMs: number }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const formats = useFormats();
  const rules = useAnswer(ALL_RULES, askQuotaRules);
  const effectOf = ({ mode, rule_id }: Budget) =>
    effectText(mode === 'audit' ? 'audit' : (rules.data?.find(({ id }) => id === rule_id)?.on_exceed ?? 'block'));
  const list = stopped(answer.data?.budgets ?? [], nowMs, SHOWN);
  const lastMs = Math.max(nowMs + HOUR_MS, ...list.map(({ toMs, fromMs }) => toMs ?? fromMs));
  const at = (ms: number) => `${(((ms - nowMs) / (lastMs - nowMs)) * 100).toFixed(2)}%`;
  return (
    <Panel
      title={t('quotas.stopped', 'Who would be stopped')}
      description={t(
        'quotas.stopped-hint',
        'From now to the right. A bar begins where a budget is used up at its pace and ends where its window begins anew. Hatched where the rule only watches or warns.',
      )}
      answer={answer}
      height={140}
      isEmpty={() => list.length === 0}
      empty={<Nothing title={t('quotas.nobody-stopped', 'Nobody runs out before a window ends')} icon="check-circle" />}
      actions={
        <ExportMenu
          fileName="costspan-stopped"
          columns={['who', 'rule', 'effect', 'from', 'until']}
          rows={list.map(({ budget, fromMs, toMs }) => ({
            who: bucketName(budget),
            rule: budget.rule_id,
            effect: effectOf(budget),
            from: new Date(fromMs).toISOString(),
            until: toMs === null ? null : new Date(toMs).toISOString(),
          }))}
        />
      }
    >
      {() => (
        <ul className={styles.list}>
          {list.map(({ budget, fromMs, toMs }) => {
            const colour = stateColour(theme, budget.state);
            const when = fromMs <= nowMs ? t('quotas.now', 'now') : formats.ahead(fromMs - nowMs);
            return (
              <li key={budgetKey(budget)} className={styles.row}>
                <span className={styles.name} title={`${bucketName(budget)}, ${budget.rule_id}`}>
                  <bdi>{bucketName(budget)}</bdi>
                </span>
                <span className={styles.track}>
                  <span
                    className={cx(styles.bar, !refuses(budget, rules.data) && styles.hatched)}
                    style={{
                      insetInlineStart: at(fromMs),
                      insetInlineEnd: toMs === null ? 0 : `calc(100% - ${at(toMs)})`,
                      color: colour,
                    }}
                  />
                </span>
                <span className={styles.value} title={budget.exhausts_at ?? undefined}>
                  {effectOf(budget)} · {when}
                </span>
              </li>
            );
          })}
          <li className={styles.row} aria-hidden>
            <span />
            <span className={styles.axis}>
              <span>{t('quotas.now', 'now')}</span>
              <span>{dateTimeFormat(lastMs, { format: 'YYYY-MM-DD HH:mm' })}</span>
            </span>
          </li>
        </ul>
      )}
    </Panel>
  );
}

const ALL_RULES = {};
const HOUR_MS = 3_600_000;

/** Everything but watching, warning and another model keeps calls from being made. */
function refuses({ mode, rule_id }: Budget, rules: readonly { id: string; on_exceed: string }[] | undefined): boolean {
  const effect = rules?.find(({ id }) => id === rule_id)?.on_exceed ?? 'block';
  return mode === 'enforce' && effect !== 'warn' && effect !== 'downgrade';
}

function effectText(effect: string): string {
  switch (effect) {
    case 'audit':
      return t('effect.audit', 'only watched');
    case 'warn':
      return t('effect.warn', 'warned');
    case 'throttle':
      return t('effect.throttle', 'slowed down');
    case 'downgrade':
      return t('effect.downgrade', 'another model');
    case 'grace':
      return t('effect.grace', 'refused after grace');
    default:
      return t('effect.block', 'refused');
  }
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
  name: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  track: css({
    position: 'relative',
    height: 12,
    borderRadius: 3,
    background: theme.colors.background.secondary,
  }),
  bar: css({ position: 'absolute', top: 0, bottom: 0, minWidth: 3, borderRadius: 3, background: 'currentColor' }),
  hatched: css({ background: 'repeating-linear-gradient(45deg, currentColor 0 3px, transparent 3px 6px)' }),
  axis: css({
    display: 'flex',
    justifyContent: 'space-between',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  value: css({
    textAlign: 'end',
    whiteSpace: 'nowrap',
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
});
