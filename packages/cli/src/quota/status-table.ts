import { textTable } from '../text-table.ts';
import { bucketText, plainAmount, usageBar } from './limit-text.ts';

/** As `GET /api/v1/quota/status` answers. */
export interface StatusJson {
  readonly at: string;
  /** False where the collector keeps no quotas. */
  readonly configured: boolean;
  readonly burn_at: string | null;
  readonly budgets: readonly BudgetJson[];
  readonly total: number;
  readonly not_shown: number;
  readonly next_cursor: string | null;
}

export interface BudgetJson {
  readonly rule_id: string;
  readonly unit: string;
  readonly per: string;
  readonly mode: string;
  readonly bucket: Readonly<Record<string, string>>;
  readonly window: { readonly resets_at: string | null; readonly timezone: string };
  readonly limit: string | number;
  readonly used: string | number;
  readonly reserved: string | number;
  readonly used_ratio: number | null;
  readonly pace_ratio: number;
  readonly state: string;
  readonly burn_rates: readonly { readonly window: string; readonly rate: number | null }[];
  readonly projected: {
    readonly mid: string | number;
    readonly low: string | number | null;
    readonly high: string | number | null;
  } | null;
  readonly exhausts_at: string | null;
}

export function formatStatus(status: StatusJson, ascii: boolean): string {
  const { configured, budgets, total, not_shown, next_cursor } = status;
  if (!configured) return 'this collector keeps no quotas; set quota.rules in its costspan.yaml';
  if (budgets.length === 0) return total === 0 ? 'no budget is in use' : 'no more budgets';
  const table = textTable<BudgetJson>(
    [
      { title: 'for', align: 'left', cell: ({ bucket }) => bucketText(bucket) },
      {
        title: 'rule',
        align: 'left',
        cell: ({ rule_id, mode }) => (mode === 'audit' ? `${rule_id} (audit)` : rule_id),
      },
      { title: 'per', align: 'left', cell: ({ unit, per }) => `${unit === 'cost' ? 'USD' : unit}/${per}` },
      { title: '', align: 'left', cell: (budget) => barOf(budget, ascii) },
      { title: 'used', align: 'right', cell: ({ used_ratio }) => percent(used_ratio) },
      { title: 'pace', align: 'right', cell: ({ pace_ratio }) => percent(pace_ratio) },
      {
        title: 'of',
        align: 'right',
        cell: ({ unit, used, limit }) => `${plainAmount(unit, used)} / ${plainAmount(unit, limit)}`,
      },
      { title: 'burn', align: 'left', cell: burnText },
      { title: 'projected', align: 'right', cell: projectedText },
      { title: 'used up', align: 'left', cell: ({ exhausts_at }) => shortInstant(exhausts_at) },
      { title: 'resets', align: 'left', cell: ({ window }) => shortInstant(window.resets_at) },
      { title: 'state', align: 'left', cell: ({ state }) => state.replaceAll('_', ' ') },
    ],
    budgets,
  );
  const more = total - budgets.length;
  return [
    table,
    ...(next_cursor === null ? [] : [`${more} more budgets; go on with --cursor ${next_cursor}`]),
    ...(not_shown === 0 ? [] : [`${not_shown} buckets that used least are not looked through; name some with --for`]),
  ].join('\n');
}

function barOf({ used, reserved, limit }: BudgetJson, ascii: boolean): string {
  return usageBar(Number(used), Number(reserved), Number(limit), ascii);
}

function burnText({ burn_rates }: BudgetJson): string {
  const known = burn_rates.filter(({ rate }) => rate !== null);
  const shown = known.length <= 2 ? known : [known[0], known.at(-1)];
  return shown.map((rate) => `${rate?.window} ${(rate?.rate ?? 0).toFixed(1)}×`).join(' ') || '–';
}

function projectedText({ unit, projected, limit }: BudgetJson): string {
  if (projected === null) return '–';
  const share = (amount: string | number | null): string =>
    amount === null || Number(limit) === 0 ? '' : percent(Number(amount) / Number(limit));
  if (Number(limit) === 0) return plainAmount(unit, projected.mid);
  const range =
    projected.low === null || projected.high === null ? '' : ` (${share(projected.low)}–${share(projected.high)})`;
  return `${share(projected.mid)}${range}`;
}

function percent(ratio: number | null): string {
  return ratio === null ? '∞' : `${(ratio * 100).toFixed(ratio >= 0.1 ? 0 : 1)} %`;
}

/** `11-24 00:00+01:00`, in the zone of the rule. */
function shortInstant(instant: string | null): string {
  const parts = instant === null ? null : /^\d{4}-(\d\d-\d\d)T(\d\d:\d\d).*?(Z|[+-]\d\d:\d\d)$/.exec(instant);
  return parts === null ? (instant ?? '–') : `${parts[1]} ${parts[2]}${parts[3]}`;
}
