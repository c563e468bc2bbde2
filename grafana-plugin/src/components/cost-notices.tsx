import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, useStyles2 } from '@grafana/ui';
import { Link } from 'react-router-dom';
import type { UsageAnswer } from '../api/usage-answer.ts';
import { PAGES, useLinks } from '../app/links.ts';
import { usePeriod } from '../app/period.tsx';
import { isOne } from '../app/translations.ts';
import { useFormats, viewerLocale } from '../app/use-formats.ts';

/** How far the ledger's own instant may be from ours without a word. */
const SKEW_MAX_MS = 30_000;

interface CostNoticesProps {
  readonly answer: UsageAnswer | undefined;
  readonly answeredAtMs: number | undefined;
}

/** What the sums do not hold, said once at the top of a page. Nothing to say, nothing shown. */
export function CostNotices({ answer, answeredAtMs }: CostNoticesProps) {
  const styles = useStyles2(getStyles);
  const formats = useFormats();
  const links = useLinks();
  const period = usePeriod();
  if (answer === undefined) return null;
  const { total, unpriced_calls, expired_calls, late_calls, complete_to, data_from } = answer;
  const time = new Intl.DateTimeFormat(viewerLocale(), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: period.timezone,
  });
  const notices = [
    unpriced_calls > 0 &&
      (isOne(unpriced_calls)
        ? t('notice.unpriced-one', 'Partial: one call has no price, so amounts are a lower bound.')
        : t('notice.unpriced', 'Partial: {{count}} calls have no price, so amounts are a lower bound.', {
            count: formats.count(unpriced_calls),
          })),
    // Where most calls came late a past was filled in, and nothing that anybody had seen changed.
    late_calls > 0 &&
      2 * late_calls < Number(total.now['calls'] ?? 0) &&
      (isOne(late_calls)
        ? t('notice.late-one', 'Corrected: one call arrived late and changed sums that had been shown, as of {{at}}.', {
            at: time.format(Date.parse(complete_to)),
          })
        : t(
            'notice.late',
            'Corrected: {{count}} calls arrived late and changed sums that had been shown, as of {{at}}.',
            {
              count: formats.count(late_calls),
              at: time.format(Date.parse(complete_to)),
            },
          )),
    expired_calls > 0 &&
      (isOne(expired_calls)
        ? t('notice.expired-one', 'One call is kept as sums only.')
        : t('notice.expired', '{{count}} calls are kept as sums only.', { count: formats.count(expired_calls) })),
    data_from !== null &&
      Date.parse(data_from) > period.fromMs + 86_400_000 &&
      t('notice.begins', 'Data begins on {{at}}.', { at: time.format(Date.parse(data_from)) }),
  ].filter((notice) => notice !== false);
  const behindMs = answeredAtMs === undefined ? 0 : answeredAtMs - Date.parse(complete_to);
  const clock =
    behindMs > SKEW_MAX_MS
      ? t(
          'notice.behind',
          'Stale: the ledger is complete to {{at}} only, or the clock of the collector is {{time}} behind this browser.',
          { at: time.format(Date.parse(complete_to)), time: formats.millis(behindMs) },
        )
      : behindMs < -SKEW_MAX_MS
        ? t('notice.ahead', 'The clock of the collector is {{time}} ahead of this browser.', {
            time: formats.millis(-behindMs),
          })
        : undefined;
  if (notices.length === 0 && clock === undefined) return null;
  return (
    <div className={styles.notices} role="status" data-testid="data-testid notices">
      <Icon name="info-circle" />
      {clock !== undefined && (
        <span className={styles.text} data-testid="data-testid clock" title={clock}>
          {clock}
        </span>
      )}
      <span className={styles.text} title={notices.join(' ')}>
        {notices.join(' ')}
      </span>
      <Link to={links.to(PAGES.dataQuality)}>{t('notice.more', 'Data quality')}</Link>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  notices: css({
    display: 'flex',
    gap: theme.spacing(1),
    alignItems: 'center',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    a: { color: theme.colors.text.link, whiteSpace: 'nowrap' },
  }),
});
