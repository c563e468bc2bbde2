import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { LEDGER_CUSTOMER } from './customer.ts';
import { LEDGER_MODELS } from './models.ts';
import { LEDGER_QUOTAS } from './quotas.ts';
import { LEDGER_SPEND } from './spend.ts';

/** The exact pack: everything is read from the ledger through our data source. One file and one line each. */
export const EXACT_PACK: readonly DashboardSpec[] = [LEDGER_SPEND, LEDGER_CUSTOMER, LEDGER_MODELS, LEDGER_QUOTAS];
