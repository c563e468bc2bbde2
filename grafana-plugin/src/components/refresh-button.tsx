import { t } from '@grafana/i18n';
import { Button } from '@grafana/ui';

export function RefreshButton({ onClick }: { onClick: () => void }) {
  const name = t('time.refresh', 'Refresh');
  return <Button variant="secondary" icon="sync" aria-label={name} tooltip={name} onClick={onClick} />;
}
