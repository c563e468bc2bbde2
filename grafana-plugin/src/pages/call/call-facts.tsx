import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import type { CallDetail } from '../../api/call-answers.ts';
import { useFormats } from '../../app/use-formats.ts';
import { Panel } from '../../components/panel.tsx';
import { fieldName } from '../../usage/names.ts';
import { statusName } from '../../usage/status-name.ts';
import { meterName } from './cost-lines.tsx';
import { FactList } from './fact-list.tsx';

/** Who it was for, what was counted, and where it is found elsewhere. */
export function CallFacts({ answer }: { answer: AskedAnswer<CallDetail> }) {
  const styles = useStyles2(getStyles);
  const formats = useFormats();
  return (
    <div className={styles.thirds}>
      <Panel
        title={t('call.tags', 'Who it was for')}
        answer={answer}
        height={140}
        isEmpty={({ tags }) => Object.keys(tags).length === 0}
      >
        {({ tags }) => <FactList facts={Object.entries(tags).map(([key, value]) => [fieldName(key), value])} />}
      </Panel>
      <Panel title={t('call.counted', 'What was counted')} answer={answer} height={140}>
        {({ usage, usage_status }) => (
          <FactList
            facts={[
              ...Object.entries(usage).map(([meter, count]) => [meterName(meter), formats.count(count)] as const),
              [t('call.counts-are', 'Counts are'), statusName(usage_status)],
            ]}
          />
        )}
      </Panel>
      <Panel title={t('call.where', 'Where it is found')} answer={answer} height={140}>
        {(call) => (
          <FactList
            facts={[
              [t('field.provider', 'Provider'), call.provider],
              [t('field.model', 'Model'), call.model],
              [t('call.asked-for', 'Asked for'), call.request_model === call.model ? undefined : call.request_model],
              [t('field.operation', 'Operation'), call.operation],
              [t('field.service', 'Service'), call.service],
              [t('call.response-id', 'Response id'), call.response_id],
              [t('call.trace-id', 'Trace id'), call.trace_id],
              [t('call.span-id', 'Span id'), call.span_id],
              ...Object.entries(call.context).map(([key, value]) => [asWords(key), String(value)] as const),
              [
                t('call.list-cost', 'List price'),
                call.list_cost === null ? undefined : formats.exactMoney(call.list_cost),
              ],
              [
                t('call.contracted-cost', 'Contract price'),
                call.contracted_cost === null ? undefined : formats.exactMoney(call.contracted_cost),
              ],
              [
                t('call.resale-cost', 'Resale price'),
                call.resale_cost === null ? undefined : formats.exactMoney(call.resale_cost),
              ],
            ]}
          />
        )}
      </Panel>
    </div>
  );
}

/** A name of a provider’s own, such as `service_tier`, as the other names are written. */
function asWords(key: string): string {
  const words = key.replace(/_/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  thirds: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
