import { t } from '@grafana/i18n';
import { Badge } from '@grafana/ui';

/** How a call ended. Only what did not end well is coloured. */
export function OutcomeMark({ outcome }: { outcome: string }) {
  if (outcome === 'ok') return <>{t('outcome.ok', 'ok')}</>;
  if (outcome === 'error') return <Badge color="red" text={t('outcome.error', 'error')} />;
  return <Badge color="orange" text={outcome} />;
}
