import { t } from '@grafana/i18n';
import { useAnswer } from '../../answers/use-answer.ts';
import { amountIn, type ComparedRow, numberIn, textIn } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats } from '../../app/use-formats.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { Nothing } from '../../components/states/nothing.tsx';
import { inPeriod } from '../../usage/questions.ts';
import { statusName } from '../../usage/status-name.ts';

const MODELS_MAX = 50;

/** Calls without a known cost, by model and reason. They are counted in tokens, never as free. */
export function UnpricedModels() {
  const period = usePeriod();
  const formats = useFormats();
  const answer = useAnswer(
    inPeriod(period, {
      metrics: ['unpriced_calls', 'tokens'],
      groupBy: ['provider', 'model', 'cost_status'],
      filters: [{ field: 'cost_status', op: 'in', value: ['unpriced', 'usage_missing', 'inconsistent', 'partial'] }],
      orderBy: { field: 'unpriced_calls', direction: 'desc' },
      limit: MODELS_MAX,
    }),
    askUsage,
  );
  const columns: readonly Column<ComparedRow>[] = [
    {
      id: 'model',
      header: t('column.model', 'Model'),
      cell: ({ now }) => textIn(now, 'model'),
      title: ({ now }) => `${textIn(now, 'provider')}/${textIn(now, 'model')}`,
    },
    {
      id: 'calls',
      header: t('column.calls', 'Calls'),
      isNumber: true,
      cell: ({ now }) => formats.count(numberIn(now, 'unpriced_calls')),
    },
    {
      id: 'tokens',
      header: t('column.tokens', 'Tokens'),
      isNumber: true,
      cell: ({ now }) => formats.count(amountIn(now, 'tokens')),
    },
    {
      id: 'reason',
      header: t('column.reason', 'Reason'),
      wraps: true,
      cell: ({ now }) => reasonText(textIn(now, 'cost_status')),
      title: ({ now }) => reasonText(textIn(now, 'cost_status')),
    },
  ];
  return (
    <Panel
      title={t('quality.unpriced-models', 'Calls without a price')}
      answer={answer}
      height={218}
      isEmpty={({ rows }) => rows.length === 0}
      empty={<Nothing title={t('quality.all-priced', 'Every call has a price')} icon="check-circle" />}
      actions={
        <ExportMenu
          fileName="costspan-unpriced"
          columns={['provider', 'model', 'cost_status', 'unpriced_calls', 'tokens']}
          rows={answer.data?.rows.map(({ now }) => now) ?? []}
        />
      }
    >
      {({ rows }) => (
        <DataTable
          label={t('quality.unpriced-models', 'Calls without a price')}
          columns={columns}
          rows={rows}
          rowKey={({ now }) => `${textIn(now, 'provider')} ${textIn(now, 'model')} ${textIn(now, 'cost_status')}`}
        />
      )}
    </Panel>
  );
}

function reasonText(status: string): string {
  switch (status) {
    case 'unpriced':
      return t('reason.unpriced', 'no price card: add one with “costspan cards”');
    case 'usage_missing':
      return t('reason.usage-missing', 'the provider reported no counts');
    case 'inconsistent':
      return t('reason.inconsistent', 'the counts contradict each other');
    case 'partial':
      return t('reason.partial', 'a part of it has no price');
    default:
      return statusName(status);
  }
}
