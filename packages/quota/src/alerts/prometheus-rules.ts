import { BURN_WINDOWS, burnFactor, lengthName } from '../burn/burn-windows.ts';
import { PERIOD_WINDOW, QUOTA_METRICS } from '../burn/quota-metrics.ts';
import type { Limit, QuotaRule, RuleSet } from '../rules/rule.ts';
import { writeYaml } from '../rules/yaml-text.ts';

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Replicas report the same budgets; which of them said so does not matter. */
const WITHOUT = 'without (instance, pod, job)';
/** A limit of which less is used raises no alarm, as in `burnOf`. */
const USED_MIN = '0.01';

/**
 * Alert rules for Prometheus from the same file as the limits: thresholds, pairs of burn windows, and a projected overrun.
 * The text is a rule file that `promtool check rules` accepts.
 */
export function prometheusRules(rules: RuleSet): string {
  const groups = rules.rules.map((rule) => ({ name: `costspan-quota-${rule.id}`, rules: alertsOf(rule) }));
  return writeYaml({ groups: groups.filter((group) => group.rules.length > 0) });
}

function alertsOf(rule: QuotaRule): AlertRule[] {
  return rule.limits
    .filter(({ window }) => window === 'calendar')
    .flatMap((limit) => [
      ...rule.alerts.thresholds.map((percent) => thresholdAlert(rule, limit, percent)),
      ...burnAlerts(rule, limit),
      ...(BURN_WINDOWS[limit.per].length === 0 ? [] : [projectionAlert(rule, limit)]),
    ]);
}

function thresholdAlert(rule: QuotaRule, limit: Limit, percent: number): AlertRule {
  return {
    alert: 'CostspanQuotaThreshold',
    expr: `max ${WITHOUT} (${QUOTA_METRICS.usedRatio}${selector(rule, limit)}) >= ${percent / 100}`,
    labels: { ...namesOf(rule, limit), severity: percent >= 100 ? 'critical' : 'warning', threshold: String(percent) },
    annotations: {
      summary: `Quota ${rule.id}: ${percent} % of ${limit.unit} per ${limit.per} used by {{ $labels.bucket }}`,
      description: 'Used and reserved are {{ $value | humanizePercentage }} of the limit.',
    },
  };
}

function burnAlerts(rule: QuotaRule, limit: Limit): AlertRule[] {
  return BURN_WINDOWS[limit.per].map((pair) => {
    const factor = burnFactor(limit.per, pair);
    const burn = (lengthMs: number): string =>
      `max ${WITHOUT} (${QUOTA_METRICS.burnRate}${selector(rule, limit, lengthName(lengthMs))}) > ${factor}`;
    const used = `max ${WITHOUT} (${QUOTA_METRICS.usedRatio}${selector(rule, limit)}) >= ${USED_MIN}`;
    return {
      alert: 'CostspanQuotaBurn',
      expr: `${burn(pair.longMs)} and ignoring (window) ${burn(pair.shortMs)} and ignoring (window) ${used}`,
      labels: {
        ...namesOf(rule, limit),
        severity: pair.severity === 'page' ? 'critical' : 'warning',
        pair: pair.name,
      },
      annotations: {
        summary: `Quota ${rule.id}: {{ $labels.bucket }} burns ${limit.unit} per ${limit.per} ${factor} times too fast`,
        description: `At this rate ${Math.round(pair.share * 100)} % of the limit is used in ${pair.name}.`,
      },
    };
  });
}

function projectionAlert(rule: QuotaRule, limit: Limit): AlertRule {
  return {
    alert: 'CostspanQuotaProjectedOverrun',
    expr: `max ${WITHOUT} (${QUOTA_METRICS.burnRate}${selector(rule, limit, PERIOD_WINDOW)}) > 1`,
    for: '10m',
    labels: { ...namesOf(rule, limit), severity: 'warning' },
    annotations: {
      summary: `Quota ${rule.id}: {{ $labels.bucket }} will use more ${limit.unit} per ${limit.per} than its limit`,
      description: 'Projected use at the end of the window is {{ $value | humanizePercentage }} of the limit.',
    },
  };
}

/** The series have these labels already; stated here too, no two alert rules have the same name and labels. */
function namesOf({ id }: QuotaRule, { unit, per }: Pick<Limit, 'unit' | 'per'>): Readonly<Record<string, string>> {
  return { rule: id, unit, per };
}

function selector(rule: QuotaRule, { unit, per }: Limit, window?: string): string {
  const labels = { ...namesOf(rule, { unit, per }), ...(window === undefined ? {} : { window }) };
  const written = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${written.join(',')}}`;
}
