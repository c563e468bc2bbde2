import { t } from '@grafana/i18n';
import { Badge } from '@grafana/ui';
import type { Budget } from '../api/quota-answer.ts';
import { stateName } from './budget-names.ts';

const COLOURS = { exhausted: 'red', alarm: 'red', over_pace: 'orange', at_risk: 'orange', ok: 'green' } as const;

/** How a budget stands, in words. A budget that only watches says so. */
export function StateBadge({ budget: { state, mode } }: { budget: Budget }) {
  const name =
    mode === 'audit' ? t('budget.audit', '{{state}} (audit)', { state: stateName(state) }) : stateName(state);
  return <Badge color={COLOURS[state]} text={name} />;
}
