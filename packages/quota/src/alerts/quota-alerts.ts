import { parseCounterKey } from '../engine/counter-key.ts';
import type { Quota } from '../engine/quota.ts';
import { type Amount, joinAmount, type Unit } from '../split-amount.ts';

/** A threshold that a bucket crossed. Each is told once per window, bucket and limit, whatever restarts or replicas there are. */
export interface QuotaAlert {
  readonly id: string;
  readonly ruleId: string;
  readonly limitId: string;
  readonly unit: Unit;
  readonly windowId: string;
  readonly bucket: Readonly<Record<string, string>>;
  readonly percent: number;
  readonly limit: Amount;
  /** As it stood when the threshold was crossed. */
  readonly used: Amount;
  readonly atMs: number;
  /** The rule's own words about whom to tell; empty when the rule is gone. */
  readonly notify: readonly unknown[];
}

/**
 * Takes alerts to tell, oldest first. Confirm them with `quota.store.confirmAlerts(ids)` once they are told; those that are
 * not confirmed within `holdMs` are given out again, so a notifier that dies loses none.
 * @throws whatever the store throws when it cannot be reached.
 */
export async function claimAlerts(quota: Quota, max: number, nowMs: number, holdMs: number): Promise<QuotaAlert[]> {
  const stored = await quota.store.claimAlerts(max, nowMs, holdMs);
  const rules = new Map(quota.rules.rules.map((rule) => [rule.id, rule]));
  return stored.map(({ id, key, percent, used, limit, atMs }) => {
    const rule = rules.get(key.slice(0, key.indexOf('|')));
    const dimensions = rule?.appliesPer ?? [];
    const { ruleId, limitId, windowId, values } = parseCounterKey(key, dimensions.length);
    const unit = limitId.split('/')[0] as Unit;
    return {
      id,
      ruleId,
      limitId,
      unit,
      windowId,
      bucket: Object.fromEntries(dimensions.map((dimension, index) => [dimension, values[index] ?? ''])),
      percent,
      limit: joinAmount(unit, limit),
      used: joinAmount(unit, used),
      atMs,
      notify: rule?.alerts.notify ?? [],
    };
  });
}

/** Alerts of one rule and threshold, to be told in one message. */
export interface AlertDigest {
  readonly ruleId: string;
  readonly limitId: string;
  readonly percent: number;
  readonly notify: readonly unknown[];
  /** Every alert of the digest. */
  readonly alerts: readonly QuotaAlert[];
  /** Those to name, furthest above their limit first; a message says how many more there are. */
  readonly named: readonly QuotaAlert[];
}

/** Puts alerts together so that 5,000 buckets crossing at once are one message and not 5,000. None is left out. */
export function digestAlerts(alerts: readonly QuotaAlert[], namedMax = 10): readonly AlertDigest[] {
  const groups = Map.groupBy(alerts, ({ ruleId, limitId, percent }) => `${ruleId}|${limitId}|${percent}`);
  return [...groups.values()].map((group) => {
    const { ruleId, limitId, percent, notify } = group[0] as QuotaAlert;
    const named = [...group].sort((a, b) => shareOf(b) - shareOf(a)).slice(0, namedMax);
    return { ruleId, limitId, percent, notify, alerts: group, named };
  });
}

function shareOf({ used, limit }: QuotaAlert): number {
  return limit === 0n ? Number.POSITIVE_INFINITY : Number(used) / Number(limit);
}
