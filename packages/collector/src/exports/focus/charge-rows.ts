import {
  CONTEXT_AXES,
  type Cost,
  type CostLine,
  type CostStatus,
  type FocusVersion,
  focusRows,
} from '@costspan/pricing';
import {
  type Atto,
  attoFromInteger,
  FIRST_CLASS_TAGS,
  formatMoney,
  type PricingContext,
  splitMoney,
} from '@costspan/usage';
import { storedCostLines } from '../../ledger/stored-lines.ts';
import { formatInstantUs } from '../../query/instants.ts';
import type { FocusExportRow } from './focus-export-row.ts';
import type { StoredCharge } from './stored-charge.ts';

/**
 * A stored call as rows of FOCUS in US dollars, one for each token class or other meter. They add up to the cost and, where there are
 * contracts, to the list cost of the call exactly. A call whose cost is unknown has none.
 *
 * The ledger keeps the lines that are paid. Those of the list are the same without the ratios of contracts, where that gives the
 * list cost to the last digit; else the list cost is divided in proportion to what is paid, and the charge as a whole is priced.
 * Lines in another currency are divided in the same way. Charge periods are the hours that calls started in, billing periods calendar
 * months, both in UTC.
 */
export function chargeRows(charge: StoredCharge, version: FocusVersion): FocusExportRow[] {
  const cost = costOf(charge);
  if (cost === undefined) return [];
  const context = (charge.context === undefined ? {} : JSON.parse(charge.context)) as PricingContext;
  const tags = tagsOf(charge);
  const account = tags['virtual_account'];
  const rows = focusRows(
    cost,
    {
      provider: charge.provider,
      model: charge.model,
      context,
      tags,
      billingAccountId: account ?? charge.provider,
      billingPeriod: monthOf(charge.startedAtUs),
      chargePeriod: hourOf(charge.startedAtUs),
    },
    version,
  );
  const { native } = charge;
  const own = {
    x_CallId: charge.id,
    x_CostStatus: charge.status,
    x_NativeCost: native === undefined ? null : formatMoney(attoFromInteger(native.total)),
    x_NativeCurrency: native?.currency ?? null,
    x_StartedAt: formatInstantUs(charge.startedAtUs),
  };
  return rows.map((row) => ({ ...row, ...own }));
}

function costOf(charge: StoredCharge): Cost | undefined {
  if (charge.total === undefined || charge.currency !== 'USD') return undefined;
  const total = attoFromInteger(charge.total);
  const stored = storedCostLines(charge.lines);
  const lines = charge.native === undefined ? stored : divided(total, stored);
  const card = charge.card === undefined ? {} : { card: JSON.parse(charge.card) as NonNullable<Cost['card']> };
  const cost = { status: charge.status as CostStatus, total, currency: charge.currency, lines, ...card };
  if (charge.list === undefined) return cost;
  const list = attoFromInteger(charge.list);
  return { ...cost, list, listLines: listLines(list, lines) };
}

const axes: ReadonlySet<string> = new Set(CONTEXT_AXES);

/** What the list says of the same units. */
function listLines(list: Atto, paid: readonly CostLine[]): CostLine[] {
  const lines = paid.filter(({ fee }) => fee === undefined).map(withoutContract);
  if (lines.every((line) => line !== undefined)) {
    const sum = lines.reduce((all: bigint, line) => all + line.amount, 0n);
    if (sum === list) return lines;
  }
  return divided(list, paid);
}

/** `undefined` where the ratio is not taken back without a rest. */
function withoutContract(line: CostLine): CostLine | undefined {
  const { multipliers = [] } = line;
  const own = multipliers.filter(({ name }) => axes.has(name));
  if (own.length === multipliers.length) return line;
  let [numerator, denominator] = [line.amount as bigint, 1n];
  for (const { name, factor } of multipliers) {
    if (axes.has(name)) continue;
    const [whole = '', fraction = ''] = factor.split('.');
    const ratio = BigInt(`${whole}${fraction}`);
    if (ratio === 0n) return undefined;
    numerator *= 10n ** BigInt(fraction.length);
    denominator *= ratio;
  }
  if (numerator % denominator !== 0n) return undefined;
  const { multipliers: _, ...rest } = line;
  return {
    ...rest,
    ...(own.length === 0 ? {} : { multipliers: own }),
    amount: attoFromInteger(numerator / denominator),
  };
}

/** An amount over the lines in proportion to theirs; their rates are not those of this amount. */
function divided(amount: Atto, lines: readonly CostLine[]): CostLine[] {
  const shares = lines.map((line) => line.amount as bigint);
  const parts = splitMoney(amount, shares.every((share) => share === 0n) ? shares.map(() => 1n) : shares);
  return lines.map(({ multipliers: _, ...line }, index) => ({ ...line, rate: '0', amount: parts[index] as Atto }));
}

function tagsOf({ firstClassTags, otherTags }: StoredCharge): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [index, name] of FIRST_CLASS_TAGS.entries()) {
    const value = firstClassTags[index];
    if (value !== undefined) tags[name] = value;
  }
  return otherTags === '{}' ? tags : { ...tags, ...(JSON.parse(otherTags) as Record<string, string>) };
}

const HOUR_MS = 3_600_000;

function hourOf(us: number) {
  const startMs = Math.floor(us / 1000 / HOUR_MS) * HOUR_MS;
  return { start: second(startMs), end: second(startMs + HOUR_MS) };
}

function monthOf(us: number) {
  const date = new Date(us / 1000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { start: second(Date.UTC(year, month, 1)), end: second(Date.UTC(year, month + 1, 1)) };
}

/** `2026-11-01T00:00:00Z`, the form of the specification. */
function second(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
