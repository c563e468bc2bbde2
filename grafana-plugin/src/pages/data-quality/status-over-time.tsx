import { t } from '@grafana/i18n';
import { useState } from 'react';
import { statusName } from '../../usage/status-name.ts';
import { UsageOverTime } from '../../usage/usage-over-time.tsx';

/** How calls came to their cost, over time. */
export function StatusOverTime() {
  const [by, setBy] = useState('cost_status');
  return (
    <UsageOverTime
      title={t('quality.status', 'How costs are known')}
      metric="calls"
      by={by}
      byOptions={['cost_status', 'usage_status']}
      onBy={setBy}
      nameOf={statusName}
      height={190}
    />
  );
}
