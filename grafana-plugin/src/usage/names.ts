import { t } from '@grafana/i18n';

/** Fields that are offered to group and filter by; any other tag can be typed. */
export const FIELDS = [
  'customer_id',
  'feature_name',
  'team',
  'business_unit',
  'environment',
  'user',
  'virtual_account',
  'tag.plan',
  'provider',
  'model',
  'operation',
  'outcome',
  'service',
  'cost_status',
  'usage_status',
  'error_type',
  'agent',
  'workflow',
  'prompt_id',
  'conversation_id',
];

/** What a field is called on screen. Tags that nobody named here keep their key. */
export function fieldName(field: string): string {
  switch (field) {
    case 'customer_id':
      return t('field.customer', 'Customer');
    case 'business_unit':
      return t('field.business-unit', 'Business unit');
    case 'feature_name':
      return t('field.feature', 'Feature');
    case 'environment':
      return t('field.environment', 'Environment');
    case 'user':
      return t('field.user', 'User');
    case 'team':
      return t('field.team', 'Team');
    case 'virtual_account':
      return t('field.virtual-account', 'Virtual account');
    case 'provider':
      return t('field.provider', 'Provider');
    case 'model':
      return t('field.model', 'Model');
    case 'operation':
      return t('field.operation', 'Operation');
    case 'outcome':
      return t('field.outcome', 'Outcome');
    case 'service':
      return t('field.service', 'Service');
    case 'cost_status':
      return t('field.cost-status', 'Cost status');
    case 'usage_status':
      return t('field.usage-status', 'Usage status');
    case 'plan':
    case 'tag.plan':
      return t('field.plan', 'Plan');
    default:
      return field.replace(/^tag\./, '');
  }
}
