import { BURN_WINDOWS, type BurnWindow, burnFactor, lengthName, PERIOD_WINDOW } from '@costspan/quota';
import type { AlertGroup, AlertSpec } from './alert-spec.ts';

/** Replicas tell the same budgets; which of them said so does not matter. */
const WITHOUT = 'without (instance, pod, job)';
/** A limit of which less is used raises no alarm, as in the burn that the API tells. */
const USED_MIN = '0.01';
const USED = `max ${WITHOUT} (costspan_quota_used_ratio)`;
const WHOSE = '{{ $labels.bucket }} of {{ $labels.rule }} ({{ $labels.unit }} per {{ $labels.per }})';

const threshold = (name: string, atLeast: number, below: number | undefined, what: string): AlertSpec => ({
  name,
  expr: below === undefined ? `${USED} >= ${atLeast}` : `${USED} >= ${atLeast} < ${below}`,
  for: '1m',
  severity: below === undefined ? 'critical' : 'warning',
  summary: `${WHOSE} ${what}`,
  description: 'Used and reserved are {{ $value | humanizePercentage }} of the limit.',
});

export const QUOTAS: AlertGroup = {
  name: 'costspan-quotas',
  about:
    'Alerts about limits that are used, burn too fast, or will not last, whatever their rules are called.\n`costspan quota prometheus` writes the same for the thresholds and names of one rule file.',
  records: [],
  alerts: [
    threshold('CostspanQuotaEighty', 0.8, 0.95, 'has used 80 % of its limit'),
    threshold('CostspanQuotaNinetyFive', 0.95, 1, 'has used 95 % of its limit'),
    threshold('CostspanQuotaUsedUp', 1, undefined, 'has used all of its limit'),
    {
      name: 'CostspanQuotaFastBurn',
      expr: burns('page'),
      for: '2m',
      severity: 'critical',
      summary: `${WHOSE} burns {{ $value | humanize }} times too fast`,
      description:
        'Over {{ $labels.window }} and over a short window until now the limit is used {{ $value | humanize }} times as fast as it lasts.',
    },
    {
      name: 'CostspanQuotaSlowBurn',
      expr: burns('ticket'),
      for: '15m',
      severity: 'warning',
      summary: `${WHOSE} burns {{ $value | humanize }} times too fast for a day or longer`,
      description:
        'Over {{ $labels.window }} and over a shorter window until now the limit is used {{ $value | humanize }} times as fast as it lasts.',
    },
    {
      name: 'CostspanQuotaProjectedOverrun',
      expr: `max ${WITHOUT} (costspan_quota_burn_rate{window="${PERIOD_WINDOW}"}) > 1
unless ignoring (window) ${USED} >= 1`,
      for: '10m',
      severity: 'warning',
      summary: `${WHOSE} will use more than its limit`,
      description: 'Projected use at the end of the window is {{ $value | humanizePercentage }} of the limit.',
    },
  ],
};

/** Every pair of windows of this severity, of every period that has one. */
function burns(severity: BurnWindow['severity']): string {
  const pairs = Object.entries(BURN_WINDOWS).flatMap(([per, windows]) =>
    windows.filter((pair) => pair.severity === severity).map((pair) => burn(per as keyof typeof BURN_WINDOWS, pair)),
  );
  return `(\n  ${pairs.join('\n  or\n  ')}\n)\nand ignoring (window) ${USED} >= ${USED_MIN}`;
}

function burn(per: keyof typeof BURN_WINDOWS, pair: BurnWindow): string {
  const over = (lengthMs: number): string =>
    `max ${WITHOUT} (costspan_quota_burn_rate{per="${per}", window="${lengthName(lengthMs)}"}) > ${burnFactor(per, pair)}`;
  return `(${over(pair.longMs)} and ignoring (window) ${over(pair.shortMs)})`;
}
