import { dateTime } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, ClipboardButton } from '@grafana/ui';
import { usePeriod } from '../../app/period.tsx';
import { useSettings } from '../../app/settings.ts';
import { Nothing } from '../../components/states/nothing.tsx';

/** Nothing in this time: where the calls are, or how to send the first one. */
export function FirstCall({ dataFrom }: { dataFrom: string | null }) {
  const period = usePeriod();
  const { apiUrl = '' } = useSettings();
  if (dataFrom !== null) {
    return (
      <Nothing title={t('empty.time.title', 'No calls in this time')} icon="calendar-alt">
        <p>{t('empty.time.next', 'The ledger has calls from {{at}} on.', { at: dateTime(dataFrom).format('LL') })}</p>
        <Button variant="secondary" onClick={() => period.set({ from: String(Date.parse(dataFrom)), to: 'now' })}>
          {t('empty.time.all', 'Show all of it')}
        </Button>
      </Nothing>
    );
  }
  const snippet = `export OTEL_EXPORTER_OTLP_ENDPOINT=${apiUrl}\nnode --import @costspan/instrumentation/register app.js`;
  return (
    <Nothing title={t('empty.first.title', 'Waiting for the first call')} icon="rocket">
      <p>
        {t('empty.first.next', 'Point your OpenTelemetry exporter at the collector, and give calls a customer_id.')}
      </p>
      <pre>{snippet}</pre>
      <ClipboardButton variant="secondary" icon="copy" getText={() => snippet}>
        {t('empty.first.copy', 'Copy')}
      </ClipboardButton>
    </Nothing>
  );
}
