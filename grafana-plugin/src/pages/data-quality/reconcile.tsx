import { t } from '@grafana/i18n';
import { LinkButton } from '@grafana/ui';
import { useAnswer } from '../../answers/use-answer.ts';
import { askMetricCost } from '../../api/metric-cost.ts';
import { amountIn, numberIn, textIn } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import type { UsageQuestion } from '../../api/usage-question.ts';
import { usePeriod } from '../../app/period.tsx';
import { isAdmin, useSettings } from '../../app/settings.ts';
import { useFormats } from '../../app/use-formats.ts';
import { DataTable } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { Nothing } from '../../components/states/nothing.tsx';
import { type ReconcileReason, reconcile } from '../../domain/reconcile.ts';
import { CONFIG_PATH } from '../../plugin-id.ts';
import { inPeriod } from '../../usage/questions.ts';

const CUSTOMERS_SHOWN = 20;
const LEDGER_METRICS = ['cost', 'unpriced_calls', 'late_calls'];

/** The ledger beside the metrics: sums of a scraped counter are close, the ledger is exact. */
export function Reconcile() {
  const period = usePeriod();
  const formats = useFormats();
  const { prometheusUid = '' } = useSettings();
  const ledger = inPeriod(period, { metrics: LEDGER_METRICS, groupBy: ['customer_id'], limit: CUSTOMERS_SHOWN });
  const question = { ledger, prometheusUid, fromMs: period.fromMs, toMs: period.toMs };
  const answer = useAnswer(prometheusUid === '' ? null : question, askBoth);
  if (prometheusUid === '') {
    return (
      <Panel title={t('reconcile.title', 'Ledger against metrics')} answer={{ ...answer, data: [] }} height={180}>
        {() => (
          <Nothing title={t('reconcile.off', 'No Prometheus data source is chosen')}>
            <p>
              {t(
                'reconcile.off-next',
                'With the data source that scrapes the collector, the exact ledger is compared with the metrics that dashboards and alerts use.',
              )}
            </p>
            {isAdmin() && (
              <LinkButton variant="secondary" size="sm" icon="cog" href={CONFIG_PATH}>
                {t('reconcile.choose', 'Choose one')}
              </LinkButton>
            )}
          </Nothing>
        )}
      </Panel>
    );
  }
  return (
    <Panel
      title={t('reconcile.title', 'Ledger against metrics')}
      description={t(
        'reconcile.hint',
        'Metrics are scraped from time to time and extrapolated, so they differ a little. The ledger is what is billed.',
      )}
      answer={answer}
      height={180}
      isEmpty={(rows) => rows.length === 0}
      actions={
        <ExportMenu
          fileName="costspan-reconcile"
          columns={['customer', 'ledger', 'metric', 'difference', 'reasons']}
          rows={(answer.data ?? []).map((row) => ({ ...row, reasons: row.reasons.join(';') }))}
        />
      }
    >
      {(rows) => (
        <DataTable
          label={t('reconcile.title', 'Ledger against metrics')}
          columns={[
            { id: 'customer', header: t('column.customer', 'Customer'), cell: ({ customer }) => customer },
            {
              id: 'ledger',
              header: t('reconcile.ledger', 'Ledger'),
              isNumber: true,
              cell: ({ ledger }) => formats.money(ledger),
              title: ({ ledger }) => formats.exactMoney(ledger),
            },
            {
              id: 'metric',
              header: t('reconcile.metric', 'Metric'),
              isNumber: true,
              cell: ({ metric }) => formats.money(metric),
            },
            {
              id: 'difference',
              header: t('reconcile.difference', 'Difference'),
              isNumber: true,
              cell: ({ share }) => formats.change(share),
              title: ({ difference }) => formats.money(difference),
            },
            {
              id: 'reason',
              header: t('column.reason', 'Reason'),
              cell: ({ reasons }) => reasons.map(reasonText).join('; '),
              title: ({ reasons }) => reasons.map(reasonText).join('; '),
            },
          ]}
          rows={rows}
          rowKey={({ customer }) => customer}
        />
      )}
    </Panel>
  );
}

async function askBoth(
  {
    ledger,
    prometheusUid,
    fromMs,
    toMs,
  }: { ledger: UsageQuestion; prometheusUid: string; fromMs: number; toMs: number },
  signal: AbortSignal,
) {
  const [exact, metric] = await Promise.all([
    askUsage(ledger, signal),
    askMetricCost(prometheusUid, fromMs, toMs, signal),
  ]);
  return reconcile(
    exact.rows.map(({ now }) => ({
      customer: textIn(now, 'customer_id'),
      cost: amountIn(now, 'cost'),
      unpriced_calls: numberIn(now, 'unpriced_calls') ?? 0,
      late_calls: numberIn(now, 'late_calls') ?? 0,
    })),
    metric,
  );
}

function reasonText(reason: ReconcileReason): string {
  switch (reason) {
    case 'within':
      return t('reconcile.within', 'within what scraping loses');
    case 'missing':
      return t('reconcile.missing', 'no such series: not scraped, or folded into (other)');
    case 'unpriced':
      return t('reconcile.unpriced', 'no call has a price in the ledger');
    case 'late':
      return t('reconcile.late', 'calls arrived late: the counter has them at another time');
    case 'reset':
      return t('reconcile.reset', 'the counter began anew: the collector was restarted');
    case 'gap':
      return t('reconcile.gap', 'scrapes are missing');
    case 'lower':
      return t('reconcile.lower', 'calls that were not scraped: another collector, or another time');
    case 'higher':
      return t('reconcile.higher', 'counted by several collectors');
    default:
      return reason satisfies never;
  }
}
