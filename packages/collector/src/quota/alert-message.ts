import { type AlertDigest, amountJson, formatInstant, type QuotaAlert, type Unit } from '@costspan/quota';
import type { AlertTargetConfig } from './quota-config.ts';

/** Something to be told that is no threshold. */
export interface StoreNews {
  readonly kind: 'store_unreachable' | 'store_reachable' | 'store_emptied';
  readonly cause?: string;
  readonly atMs: number;
}

/** The body of a post about one rule and threshold. The JSON holds every bucket, the Slack message names ten. */
export function digestMessage(digest: AlertDigest, format: AlertTargetConfig['format']): object {
  const text = digestText(digest);
  if (format === 'slack') return slack(text);
  const { ruleId, limitId, percent, notify, alerts } = digest;
  return {
    type: 'quota.threshold',
    rule_id: ruleId,
    limit_id: limitId,
    percent,
    text,
    count: alerts.length,
    notify,
    alerts: alerts.map((alert) => ({
      bucket: alert.bucket,
      window_id: alert.windowId,
      unit: alert.unit,
      used: amountJson(alert.unit, alert.used),
      limit: amountJson(alert.unit, alert.limit),
      crossed_at: formatInstant(alert.atMs),
    })),
  };
}

export function storeMessage({ kind, cause, atMs }: StoreNews, format: AlertTargetConfig['format']): object {
  const text = {
    store_reachable: 'Quota counters can be reached again; what was used meanwhile is being counted.',
    store_unreachable: `Quota counters cannot be reached (${cause}). Until they can, each rule decides by its on_store_failure.`,
    store_emptied:
      'Quota counters were emptied. They are being counted again from the ledger; until then limits have room.',
  }[kind];
  return format === 'slack'
    ? slack(text)
    : { type: `quota.${kind}`, text, at: formatInstant(atMs), ...(cause && { cause }) };
}

/** What a person reads: the rule, the threshold, and those that are furthest. */
export function digestText({ ruleId, limitId, percent, alerts, named }: AlertDigest): string {
  const [unit = '', per = ''] = limitId.replace('~', '').split('/');
  const whose = alerts.length === 1 ? '' : ` by ${alerts.length.toLocaleString('en-US')} buckets`;
  const lines = named.map((alert) => `• ${bucketText(alert)}${amountText(alert)}`);
  const more = alerts.length - named.length;
  return [
    `Quota ${ruleId}: ${percent} % of the ${unit} limit per ${per} reached${whose}`,
    ...lines,
    ...(more > 0 ? [`… and ${more.toLocaleString('en-US')} more`] : []),
  ].join('\n');
}

function bucketText({ bucket }: QuotaAlert): string {
  const parts = Object.entries(bucket).map(([key, value]) => `${key}=${value}`);
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}

function amountText({ unit, used, limit }: QuotaAlert): string {
  const word: Readonly<Record<Unit, string>> = { cost: 'USD', tokens: 'tokens', requests: 'requests' };
  return `${amountJson(unit, used)} of ${amountJson(unit, limit)} ${word[unit]}`;
}

/** What Slack's incoming webhooks, and what is compatible with them, show. */
function slack(text: string): object {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { text: escaped };
}
