import { type DashboardSource, QUOTA_VARIABLES, QUOTAS } from './dashboard.ts';
import { group, note, table, timeseries, toplist } from './widgets.ts';

const BY = ' by {rule,bucket}';
const used = { name: 'used', query: `max:costspan_quota_used_ratio{${QUOTAS}}${BY}`, aggregator: 'last' } as const;
const limit = { name: 'limit', query: `max:costspan_quota_limit{${QUOTAS}}${BY}`, aggregator: 'last' } as const;
const burn = (window: string, name: string) =>
  ({ name, query: `max:costspan_quota_burn_rate{${QUOTAS},window:${window}}${BY}`, aggregator: 'last' }) as const;

/** Who is about to use up a limit. */
export const quotas: DashboardSource = {
  key: 'quotas',
  title: 'Quota burn',
  about:
    'How much of each limit is used, how fast, and what its period will end at. Needs the collector: it knows every call.',
  variables: QUOTA_VARIABLES,
  presets: () => ({
    Everything: {},
    Costs: { unit: 'cost' },
    Tokens: { unit: 'tokens' },
    Requests: { unit: 'requests' },
  }),
  widgets: () => [
    note(
      'Limits, windows, time zones and anchors are those of the quota file; a ratio of 1 is the limit, a burn rate of 1 uses it up exactly at its end.',
    ),
    group('Now', [
      toplist('Used of the limit', [used], { formula: '100 * used' }),
      table(
        'Limits',
        [used, limit, burn('1h', 'fast'), burn('1d', 'slow'), burn('period', 'projected')],
        [
          { formula: '100 * used', alias: 'Used (%)' },
          { formula: 'limit', alias: 'Limit' },
          { formula: 'fast', alias: 'Burn rate, 1 h' },
          { formula: 'slow', alias: 'Burn rate, 1 d' },
          { formula: '100 * projected', alias: 'Projected at its end (%)' },
        ],
      ),
    ]),
    group('Over time', [
      timeseries('Used of the limit', [used], [{ formula: '100 * used' }]),
      timeseries('Burn rate over an hour', [burn('1h', 'fast')], [{ formula: 'fast' }]),
      timeseries(
        'Projected use at the end of the period',
        [burn('period', 'projected')],
        [{ formula: '100 * projected' }],
      ),
    ]),
  ],
};
