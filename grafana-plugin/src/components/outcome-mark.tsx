import { Badge } from '@grafana/ui';
import { statusName } from '../usage/status-name.ts';

/** How a call ended. Only what did not end well is coloured. */
export function OutcomeMark({ outcome }: { outcome: string }) {
  if (outcome === 'ok') return <>{statusName(outcome)}</>;
  return <Badge color={outcome === 'error' ? 'red' : 'orange'} text={statusName(outcome)} />;
}
