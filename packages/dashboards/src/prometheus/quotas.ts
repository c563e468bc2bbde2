import type { DashboardSpec } from '../panels/dashboard-spec.ts';

const OF_RULE = 'rule=~"$rule", per=~"$per"';
const BY = 'by (rule, unit, per, bucket)';
const USED = [
  { from: null, color: 'green' },
  { from: 0.8, color: 'yellow' },
  { from: 0.95, color: 'orange' },
  { from: 1, color: 'red' },
] as const;
const BURN = [
  { from: null, color: 'text' },
  { from: 1, color: 'orange' },
] as const;

export const QUOTAS: DashboardSpec = {
  uid: 'costspan-quotas',
  title: 'Costspan / Quota burn',
  question: 'Who is about to use up a limit, how fast, and are the counters themselves in order?',
  needs: '`GET /metrics` of every collector, and quota rules',
  source: 'prometheus',
  from: '24h',
  variables: [
    {
      name: 'rule',
      label: 'Rule',
      description: 'Only limits of this rule.',
      query: 'label_values(costspan_quota_buckets, rule)',
    },
    {
      name: 'per',
      label: 'Per',
      description: 'Only limits of this period.',
      query: 'label_values(costspan_quota_buckets, per)',
    },
  ],
  rows: [
    {
      title: 'Limits',
      panels: [
        {
          kind: 'table',
          title: 'Limits by used share',
          description: 'Of each limit the buckets that used most of it. Projected is the use at the end of the window.',
          unit: 'short',
          width: 24,
          height: 10,
          queries: [
            { expr: `max ${BY} (costspan_quota_used_ratio{${OF_RULE}})` },
            { expr: `max ${BY} (costspan_quota_limit{${OF_RULE}})` },
            { expr: `max ${BY} (costspan_quota_reserved{${OF_RULE}})` },
            { expr: `max ${BY} (costspan_quota_burn_rate{${OF_RULE}, window="period"})` },
          ],
          columns: [
            { field: 'rule', title: 'Rule' },
            { field: 'bucket', title: 'Bucket' },
            { field: 'unit', title: 'Unit' },
            { field: 'per', title: 'Per' },
            { field: 'Value #A', title: 'Used', unit: 'percentunit', levels: USED },
            { field: 'Value #B', title: 'Limit' },
            { field: 'Value #C', title: 'Reserved' },
            { field: 'Value #D', title: 'Projected', unit: 'percentunit', levels: USED },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Used share of the ten fullest limits',
          description: 'Used and reserved as a share of the limit; it falls to zero when a window ends.',
          unit: 'percentunit',
          min: 0,
          levels: USED,
          queries: [
            {
              expr: `topk(10, max ${BY} (costspan_quota_used_ratio{${OF_RULE}}))`,
              legend: '{{rule}} {{unit}} per {{per}}: {{bucket}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Burn rate of the ten fastest',
          description:
            'How fast a limit is used over a window: 1 uses it up exactly at its end, 14 is an alarm over an hour of a month.',
          unit: 'short',
          min: 0,
          levels: BURN,
          queries: [
            {
              expr: `topk(10, max by (rule, unit, per, bucket, window) (costspan_quota_burn_rate{${OF_RULE}, window!="period"}))`,
              legend: '{{rule}} {{unit}} per {{per}}: {{bucket}} over {{window}}',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Above 80 %',
          description: 'Buckets that used more than 80 % of a limit.',
          unit: 'short',
          width: 6,
          levels: BURN,
          queries: [
            {
              expr: `count(max ${BY} (costspan_quota_used_ratio{${OF_RULE}}) > 0.8) or vector(0)`,
              legend: 'above 80 %',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Used up',
          description: 'Buckets that used all of a limit.',
          unit: 'short',
          width: 6,
          levels: [
            { from: null, color: 'text' },
            { from: 1, color: 'red' },
          ],
          queries: [
            { expr: `count(max ${BY} (costspan_quota_used_ratio{${OF_RULE}}) >= 1) or vector(0)`, legend: 'used up' },
          ],
        },
        {
          kind: 'stat',
          title: 'Will use more than their limit',
          description: 'Buckets whose projected use at the end of the window is above the limit.',
          unit: 'short',
          width: 6,
          levels: BURN,
          queries: [
            {
              expr: `count(max ${BY} (costspan_quota_burn_rate{${OF_RULE}, window="period"}) > 1) or vector(0)`,
              legend: 'over',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Buckets',
          description: 'Buckets that were used in their window, those that are not shown included.',
          unit: 'short',
          width: 6,
          queries: [{ expr: `sum(max by (rule, unit, per) (costspan_quota_buckets{${OF_RULE}}))`, legend: 'buckets' }],
        },
      ],
    },
    {
      title: 'Decisions and counters',
      panels: [
        {
          kind: 'timeseries',
          title: 'Decisions per second',
          description: 'Calls that asked before they were made, by what was decided.',
          unit: 'cps',
          isStacked: true,
          emptyWhen: 'no application asks for decisions',
          queries: [
            {
              expr: 'sum by (outcome) (rate(costspan_quota_decisions_total[$__rate_interval]))',
              legend: '{{outcome}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Overshoot per hour',
          description: 'What calls cost above what they had held back, as US dollars per hour.',
          unit: 'currencyUSD',
          queries: [
            { expr: 'sum(rate(costspan_quota_overshoot_usd_total[$__rate_interval])) * 3600', legend: 'overshoot' },
          ],
        },
        {
          kind: 'stat',
          title: 'Store of counters',
          description: 'Collectors whose store of counters cannot be reached; each rule then decides as it states.',
          unit: 'short',
          levels: [
            { from: null, color: 'green' },
            { from: 1, color: 'red' },
          ],
          queries: [{ expr: 'sum(1 - costspan_quota_store_up)', legend: 'away' }],
        },
        {
          kind: 'timeseries',
          title: 'Calls that wait to be counted',
          description: 'Calls of the ledger that no counter has yet, and operations that the store is yet to be told.',
          unit: 'short',
          queries: [
            { expr: 'sum(costspan_quota_feed_waiting)', legend: 'calls' },
            { expr: 'sum(costspan_quota_owed)', legend: 'operations' },
          ],
        },
      ],
    },
  ],
};
