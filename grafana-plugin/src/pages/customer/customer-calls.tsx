import { t } from '@grafana/i18n';
import { Button } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { Link } from 'react-router-dom';
import { useAnswer } from '../../answers/use-answer.ts';
import type { CallSummary } from '../../api/call-answers.ts';
import { askCalls } from '../../api/usage-api.ts';
import { useLinks } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats, viewerLocale } from '../../app/use-formats.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { OutcomeMark } from '../../components/outcome-mark.tsx';
import { Panel } from '../../components/panel.tsx';
import { statusName } from '../../usage/status-name.ts';

const PAGE_CALLS = 20;
const CALLS_MAX = 1000;

/** The calls of a customer, newest first. */
export function CustomerCalls({ customer }: { customer: string }) {
  const { from, to, timezone } = usePeriod();
  const formats = useFormats();
  const links = useLinks();
  const [limit, setLimit] = useState(PAGE_CALLS);
  const answer = useAnswer({ from, to, limit, only: { customer_id: customer } }, askCalls);
  const time = useMemo(
    () => new Intl.DateTimeFormat(viewerLocale(), { dateStyle: 'medium', timeStyle: 'medium', timeZone: timezone }),
    [timezone],
  );
  const calls = answer.data?.calls ?? [];
  const columns: readonly Column<CallSummary>[] = [
    {
      id: 'started_at',
      header: t('column.started', 'Started'),
      wraps: true,
      cell: ({ id, started_at }) => <Link to={links.call(customer, id)}>{time.format(Date.parse(started_at))}</Link>,
      title: ({ started_at }) => started_at,
    },
    {
      id: 'model',
      header: t('column.model', 'Model'),
      cell: ({ model, provider }) => model ?? provider,
      title: ({ provider }) => provider,
    },
    {
      id: 'feature',
      from: 'md',
      header: t('column.feature', 'Feature'),
      cell: ({ tags }) => tags['feature_name'] ?? '',
    },
    { id: 'user', from: 'md', header: t('column.user', 'User'), cell: ({ tags }) => tags['user'] ?? '' },
    {
      id: 'outcome',
      from: 'md',
      header: t('column.outcome', 'Outcome'),
      cell: ({ outcome }) => <OutcomeMark outcome={outcome} />,
    },
    {
      id: 'input',
      from: 'md',
      header: t('column.input', 'Input'),
      isNumber: true,
      cell: ({ usage }) => formats.count(usage['input_tokens'] ?? null),
    },
    {
      id: 'output',
      from: 'md',
      header: t('column.output', 'Output'),
      isNumber: true,
      cell: ({ usage }) => formats.count(usage['output_tokens'] ?? null),
    },
    {
      id: 'duration',
      from: 'md',
      header: t('column.duration', 'Duration'),
      isNumber: true,
      cell: ({ duration_ms }) => formats.millis(duration_ms),
    },
    {
      id: 'cost',
      header: t('column.cost', 'Cost'),
      isNumber: true,
      cell: ({ cost, cost_status }) => (cost === null ? statusName(cost_status) : formats.money(cost)),
      title: ({ cost }) => formats.exactMoney(cost),
    },
  ];
  const exported = calls.map(
    ({ id, started_at, provider, model, outcome, duration_ms, cost, cost_status, tags, usage }) => ({
      id,
      started_at,
      provider,
      model,
      feature_name: tags['feature_name'] ?? null,
      user: tags['user'] ?? null,
      outcome,
      input_tokens: usage['input_tokens'] ?? null,
      output_tokens: usage['output_tokens'] ?? null,
      duration_ms,
      cost,
      cost_status,
    }),
  );
  return (
    <Panel
      title={t('calls.title', 'Calls')}
      answer={answer}
      height={240}
      isEmpty={(page) => page.calls.length === 0}
      empty={t('calls.none', 'The single calls of this time are not kept any more, or there were none.')}
      actions={
        <ExportMenu fileName={`costspan-calls-${customer}`} columns={Object.keys(exported[0] ?? {})} rows={exported} />
      }
    >
      {({ next_cursor }) => (
        <>
          <DataTable label={t('calls.title', 'Calls')} columns={columns} rows={calls} rowKey={({ id }) => id} />
          {next_cursor !== null && limit < CALLS_MAX && (
            <Button variant="secondary" size="sm" fill="text" onClick={() => setLimit(Math.min(CALLS_MAX, limit * 3))}>
              {t('calls.more', 'Show more calls')}
            </Button>
          )}
        </>
      )}
    </Panel>
  );
}
