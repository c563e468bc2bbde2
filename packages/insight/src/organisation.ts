import { type Atto, CostspanError, sumMoney, ZERO } from '@costspan/usage';

/** From an instant on a unit belongs to another: a team to a department, a department to the company. */
export interface Membership {
  readonly unit: string;
  /** Absent: it stands at the top. */
  readonly parent?: string;
  /** Microseconds since 1970 UTC, inclusive. Absent: it has always been so. */
  readonly fromUs?: number;
}

/** A part of a period in which the organisation did not change. */
export interface OrganisationPeriod {
  readonly fromUs: number;
  readonly toUs: number;
  /** The parent of each unit that has one. */
  readonly parents: ReadonlyMap<string, string>;
}

/** What a unit cost, and what all below it cost with it. */
export interface UnitCost {
  readonly unit: string;
  readonly parent?: string;
  readonly own: Atto;
  /** `own` and the totals of the units that belong to it. */
  readonly total: Atto;
}

/**
 * The parts of `[fromUs, toUs)` between reorganisations. The parts are the whole period, so what is asked of each of them
 * adds up to what is asked of all.
 * @throws CostspanError `ORGANISATION_CIRCLE` when a unit belongs to itself by way of others.
 */
export function organisationPeriods(
  memberships: readonly Membership[],
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): OrganisationPeriod[] {
  const inOrder = [...memberships].sort((a, b) => startOf(a) - startOf(b));
  const changes = new Set(inOrder.map(startOf).filter((us) => us > fromUs && us < toUs));
  const starts = [fromUs, ...changes];
  return starts.map((start, index) => {
    const parents = new Map<string, string>();
    for (const membership of inOrder) {
      if (startOf(membership) > start) break;
      if (membership.parent === undefined) parents.delete(membership.unit);
      else parents.set(membership.unit, membership.parent);
    }
    for (const unit of parents.keys()) refuseCircle(unit, parents);
    return { fromUs: start, toUs: starts[index + 1] ?? toUs, parents };
  });
}

function startOf({ fromUs }: Membership): number {
  return fromUs ?? Number.NEGATIVE_INFINITY;
}

function refuseCircle(unit: string, parents: ReadonlyMap<string, string>): void {
  const path = [unit];
  for (let above = parents.get(unit); above !== undefined; above = parents.get(above)) {
    path.push(above);
    if (above === unit || path.length > parents.size + 1) {
      throw new CostspanError(
        'ORGANISATION_CIRCLE',
        `a unit cannot belong to itself: ${path.slice(0, 10).join(' → ')}`,
      );
    }
  }
}

/**
 * Adds up what units cost along the organisation of several periods: in each the cost of a unit goes to the units that it
 * belonged to then. Units that are in no membership stand at the top. By name; `parent` is the last one.
 */
export function rollUpOrganisation(
  periods: readonly { readonly parents: ReadonlyMap<string, string>; readonly costs: ReadonlyMap<string, Atto> }[],
): UnitCost[] {
  const own = new Map<string, Atto[]>();
  const totals = new Map<string, Atto[]>();
  for (const { parents, costs } of periods) {
    for (const unit of [...parents.keys(), ...parents.values()]) add(own, unit, ZERO);
    for (const [unit, cost] of costs) {
      add(own, unit, cost);
      for (let at: string | undefined = unit; at !== undefined; at = parents.get(at)) add(totals, at, cost);
    }
  }
  const last = periods.at(-1)?.parents;
  return [...own.keys()].sort().map((unit) => {
    const parent = last?.get(unit);
    return {
      unit,
      ...(parent === undefined ? {} : { parent }),
      own: sumMoney(own.get(unit) ?? []),
      total: sumMoney(totals.get(unit) ?? []),
    };
  });
}

function add(sums: Map<string, Atto[]>, unit: string, cost: Atto): void {
  const parts = sums.get(unit);
  if (parts === undefined) sums.set(unit, [cost]);
  else parts.push(cost);
}
