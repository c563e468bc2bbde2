import { t } from '@grafana/i18n';

/** What a status of a cost or of a usage, or an outcome, is called on screen. Others keep their name. */
export function statusName(status: string): string {
  switch (status) {
    case 'priced':
      return t('status.priced', 'priced');
    case 'free':
      return t('status.free', 'free');
    case 'partial':
      return t('status.partial', 'partly priced');
    case 'estimated':
      return t('status.estimated', 'estimated');
    case 'provider_reported':
      return t('status.provider-reported', 'as the provider says');
    case 'unpriced':
      return t('status.unpriced', 'without a price');
    case 'inconsistent':
      return t('status.inconsistent', 'counts contradict');
    case 'usage_missing':
      return t('status.usage-missing', 'no counts');
    case 'reported':
      return t('status.reported', 'reported');
    case 'unavailable':
      return t('status.unavailable', 'not available');
    case 'ok':
      return t('outcome.ok', 'ok');
    case 'error':
      return t('outcome.error', 'error');
    case 'cancelled':
      return t('outcome.cancelled', 'cancelled');
    case 'truncated':
      return t('outcome.truncated', 'truncated');
    case 'abandoned':
      return t('outcome.abandoned', 'abandoned');
    default:
      return status.replace(/_/g, ' ');
  }
}
