import { customers } from './customers.ts';
import type { DashboardSource } from './dashboard.ts';
import { dataQuality } from './data-quality.ts';
import { executive } from './executive.ts';
import { models } from './models.ts';
import { quotas } from './quotas.ts';

/** Every shipped dashboard. One file and one line each; `dashboard.ts` and `widgets.ts` are what they are made of. */
export const DASHBOARDS: readonly DashboardSource[] = [executive, customers, models, quotas, dataQuality];
