import { HEALTH_MONITORS } from './health.ts';
import type { MonitorSource } from './monitor.ts';
import { QUOTA_MONITORS } from './quotas.ts';
import { SPEND_MONITORS } from './spend.ts';

/** Every shipped monitor; `monitor.ts` is what they are made of. A composite stands behind those it names. */
export const MONITORS: readonly MonitorSource[] = [...SPEND_MONITORS, ...QUOTA_MONITORS, ...HEALTH_MONITORS];
