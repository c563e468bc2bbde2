import { t } from '@grafana/i18n';
import { useAnswer } from '../../answers/use-answer.ts';
import { askVersion } from '../../api/usage-api.ts';
import { PageFrame } from '../../components/page-frame.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { Nothing } from '../../components/states/nothing.tsx';
import { Skeleton } from '../../components/states/skeleton.tsx';

/** How limits stand. */
export function QuotasPage() {
  const answer = useAnswer('version', askApi);
  const { data, error } = answer;
  return (
    <PageFrame title={t('quotas.title', 'Quotas')} timed={false}>
      {data === undefined ? (
        error === undefined ? (
          <Skeleton height={240} />
        ) : (
          <Failure error={error} again={answer.again} />
        )
      ) : (
        <Nothing title={t('quotas.none.title', 'This collector keeps no quotas')} icon="tachometer-fast">
          <p>
            {data.paths.includes('/quota/status')
              ? t('quotas.newer', 'It is newer than this plugin ({{version}}). Update the plugin to see its quotas.', {
                  version: data.version,
                })
              : t(
                  'quotas.none.next',
                  'Version {{version}} has no rules for limits. Spend per customer and where a month is heading stand on the page of each customer.',
                  { version: data.version },
                )}
          </p>
        </Nothing>
      )}
    </PageFrame>
  );
}

function askApi(_: string, signal: AbortSignal) {
  return askVersion(signal);
}
