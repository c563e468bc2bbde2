import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { ledgerChoices } from './ledger-choices.ts';

const USED = [
  { from: null, color: 'green' },
  { from: 0.8, color: 'yellow' },
  { from: 0.95, color: 'orange' },
  { from: 1, color: 'red' },
] as const;
const filters = [{ field: 'customer_id', op: 'in', value: '$customer' }];

export const LEDGER_QUOTAS: DashboardSpec = {
  uid: 'costspan-ledger-quotas',
  title: 'Costspan ledger / Quotas',
  question: 'How does each limit stand now, exactly, and when will it be used up?',
  needs: 'the Costspan data source, and quota rules that apply per `customer_id`',
  source: 'costspan-usage-datasource',
  from: '30d',
  variables: ledgerChoices('customer'),
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'table',
          title: 'Limits by used share',
          description: 'Used, reserved and limit to the last digit, as they stand now whatever time is chosen.',
          unit: 'short',
          width: 24,
          height: 12,
          queries: [{ about: 'quota', filters, limit: 100 }],
          columns: [
            { field: 'rule', title: 'Rule' },
            { field: 'bucket', title: 'Bucket' },
            { field: 'unit', title: 'Unit' },
            { field: 'per', title: 'Per' },
            { field: 'state', title: 'State' },
            { field: 'used', title: 'Used' },
            { field: 'reserved', title: 'Reserved' },
            { field: 'limit', title: 'Limit' },
            { field: 'used_ratio', title: 'Used share', unit: 'percentunit', levels: USED },
            { field: 'exhausts_at', title: 'Used up at', unit: 'dateTimeAsIso' },
            { field: 'resets_at', title: 'Begins anew at', unit: 'dateTimeAsIso' },
          ],
        },
      ],
    },
  ],
};
