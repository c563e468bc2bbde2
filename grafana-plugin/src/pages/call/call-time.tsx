import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { CallDetail } from '../../api/call-answers.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats, viewerLocale } from '../../app/use-formats.ts';
import { statusName } from '../../usage/status-name.ts';
import { FactList } from './fact-list.tsx';

/** How long the call took, and how much of it passed before the first token. */
export function CallTime({ call }: { call: CallDetail }) {
  const styles = useStyles2(getStyles);
  const formats = useFormats();
  const { timezone } = usePeriod();
  const time = new Intl.DateTimeFormat(viewerLocale(), {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: timezone,
  });
  const { duration_ms: whole, time_to_first_chunk_ms: first } = call;
  const output = call.usage['output_tokens'];
  const writing = whole - (first ?? 0);
  const speed = output === undefined || writing <= 0 ? null : (output / writing) * 1000;
  return (
    <>
      <div className={styles.bar} aria-hidden>
        {first !== null && (
          <span className={styles.waiting} style={{ width: `${Math.min(100, (first / Math.max(whole, 1)) * 100)}%` }} />
        )}
        <span className={styles.writing} />
      </div>
      <FactList
        facts={[
          [t('call.duration', 'Duration'), formats.millis(whole)],
          [t('call.first-token', 'Until the first token'), first === null ? undefined : formats.millis(first)],
          [
            t('call.speed', 'Output speed'),
            speed === null
              ? undefined
              : t('call.per-second', '{{count}} tokens per second', { count: formats.count(Math.round(speed)) }),
          ],
          [t('call.started', 'Started'), time.format(Date.parse(call.started_at)), call.started_at],
          [t('call.received', 'Taken into the ledger'), time.format(Date.parse(call.received_at)), call.received_at],
          [
            t('call.outcome', 'Outcome'),
            call.error_type === null ? statusName(call.outcome) : `${statusName(call.outcome)} (${call.error_type})`,
          ],
        ]}
      />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    height: 12,
    gap: 1,
    borderRadius: 3,
    overflow: 'hidden',
    marginBottom: theme.spacing(1.5),
  }),
  waiting: css({ background: theme.colors.warning.main }),
  writing: css({ flex: 1, background: theme.colors.primary.main }),
});
