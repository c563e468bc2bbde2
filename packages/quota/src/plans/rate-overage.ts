import { type Atto, attoFromInteger } from '@costspan/usage';
import type { PlanFile } from './plan-file.ts';

/** What a customer used above its plan in a window, and what that costs. */
export interface RatedOverage {
  readonly plan: string;
  readonly unit: 'tokens' | 'requests';
  readonly included: bigint;
  readonly used: bigint;
  readonly overage: bigint;
  /** Exact; where a price by the million does not end within 18 places, rounded once, half to even. */
  readonly amount: Atto;
}

/**
 * Rates the use of one window, by the plan that holds at `atMs` (usually its last moment). `included` and `used` are those of the
 * budget's status, so proration is in them. `undefined` when the plan sells no overage: use above it is a debt then, not a sale.
 */
export function rateOverage(
  file: PlanFile,
  customer: string,
  { included, used }: { readonly included: bigint; readonly used: bigint },
  atMs: number,
): RatedOverage | undefined {
  const term = file.customers.get(customer)?.findLast(({ fromMs }) => fromMs === undefined || fromMs <= atMs);
  const name = term?.plan ?? file.defaultPlan;
  const overage = name === undefined ? undefined : file.plans.get(name)?.overage;
  if (name === undefined || overage === undefined) return undefined;
  const above = used > included ? used - included : 0n;
  const amount = divideHalfEven(overage.price * above, BigInt(overage.per));
  return { plan: name, unit: overage.unit, included, used, overage: above, amount: attoFromInteger(amount) };
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const floor = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  if (twice < divisor) return floor;
  return twice > divisor || floor % 2n === 1n ? floor + 1n : floor;
}
