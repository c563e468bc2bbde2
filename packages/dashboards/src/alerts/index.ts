import type { AlertGroup } from './alert-spec.ts';
import { COLLECTOR } from './collector.ts';
import { COSTS } from './costs.ts';
import { QUOTAS } from './quotas.ts';

/** Every group of alerts. One file and one line each. */
export const ALERT_GROUPS: readonly AlertGroup[] = [COSTS, QUOTAS, COLLECTOR];
