import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { COLLECTOR } from './collector.ts';
import { CUSTOMER } from './customer.ts';
import { FEATURES } from './features.ts';
import { FLEET } from './fleet.ts';
import { INFRASTRUCTURE } from './infrastructure.ts';
import { MODELS } from './models.ts';
import { QUOTAS } from './quotas.ts';
import { RECONCILE } from './reconcile.ts';

/** The pack for alerting: everything is read from Prometheus. One file and one line each. */
export const PROMETHEUS_PACK: readonly DashboardSpec[] = [
  FLEET,
  CUSTOMER,
  FEATURES,
  QUOTAS,
  MODELS,
  INFRASTRUCTURE,
  COLLECTOR,
  RECONCILE,
];
