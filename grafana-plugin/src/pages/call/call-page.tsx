import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { LinkButton, useStyles2 } from '@grafana/ui';
import { useParams } from 'react-router-dom';
import { useAnswer } from '../../answers/use-answer.ts';
import { askCall } from '../../api/usage-api.ts';
import { PAGES, pageName, useLinks } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useSettings } from '../../app/settings.ts';
import { viewerLocale } from '../../app/use-formats.ts';
import { ExportMenu } from '../../components/export-menu.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Panel } from '../../components/panel.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { CallFacts } from './call-facts.tsx';
import { CallTime } from './call-time.tsx';
import { CostLines } from './cost-lines.tsx';

/** One call: what it cost line by line, which prices that were, who it was for, and how long it took. */
export function CallPage() {
  const { customer = '', call = '' } = useParams();
  return <OneCall key={call} customer={customer} id={call} />;
}

function OneCall({ customer, id }: { customer: string; id: string }) {
  const styles = useStyles2(getStyles);
  const { timezone } = usePeriod();
  const { traceUrl } = useSettings();
  const links = useLinks();
  const answer = useAnswer(id === '' ? null : id, askCall);
  const { data, error } = answer;
  const customers = { text: pageName('customers'), url: links.to(PAGES.customers) };
  const title =
    data === undefined
      ? t('call.title', 'Call')
      : t('call.of', '{{model}} at {{time}}', {
          model: data.model ?? data.provider,
          time: new Intl.DateTimeFormat(viewerLocale(), {
            dateStyle: 'medium',
            timeStyle: 'medium',
            timeZone: timezone,
          }).format(Date.parse(data.started_at)),
          interpolation: { escapeValue: false },
        });
  const trace = data === undefined ? undefined : safeAddress(traceUrl, data.trace_id);
  return (
    <PageFrame
      title={title}
      timed={false}
      parent={{ text: customer, url: links.customer(customer), parentItem: customers }}
      actions={
        trace === undefined ? undefined : (
          <LinkButton variant="secondary" icon="external-link-alt" href={trace} target="_blank" rel="noreferrer">
            {t('call.trace', 'Open the trace')}
          </LinkButton>
        )
      }
    >
      {data === undefined && error !== undefined ? (
        <Failure error={error} again={answer.again} />
      ) : (
        <>
          <div className={styles.halves}>
            <Panel
              title={t('call.cost', 'Cost')}
              answer={answer}
              height={200}
              actions={
                <ExportMenu
                  fileName={`costspan-call-${id}`}
                  columns={['meter', 'quantity', 'above', 'fee', 'rate', 'per', 'multipliers', 'amount', 'currency']}
                  rows={(data?.lines ?? []).map(({ multipliers, ...line }) => ({
                    ...line,
                    multipliers: multipliers.map(({ name, factor }) => `${name}=${factor}`).join(';') || null,
                    currency: data?.native?.currency ?? data?.currency ?? null,
                  }))}
                />
              }
            >
              {(call) => <CostLines call={call} />}
            </Panel>
            <Panel title={t('call.time', 'Time')} answer={answer} height={200}>
              {(call) => <CallTime call={call} />}
            </Panel>
          </div>
          <CallFacts answer={answer} />
        </>
      )}
    </PageFrame>
  );
}

/** Only addresses of the web, and the trace id only as text of an address. */
function safeAddress(template: string | undefined, traceId: string): string | undefined {
  if (template === undefined || !/^(https?:\/\/|\/(?!\/))/.test(template)) return undefined;
  return template.replaceAll('{traceId}', encodeURIComponent(traceId));
}

const getStyles = (theme: GrafanaTheme2) => ({
  halves: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)',
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
