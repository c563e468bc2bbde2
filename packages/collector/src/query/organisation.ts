import { type OrganisationPeriod, organisationPeriods, rollUpOrganisation } from '@costspan/insight';
import {
  type Atto,
  attoFromInteger,
  CostspanError,
  type Finding,
  formatMoney,
  InvalidInputError,
  isObject,
  parseMoney,
} from '@costspan/usage';
import type { AskedLedger } from '../access/scoped-ledger.ts';
import { type Field, parseField } from './fields.ts';
import type { Filter } from './filter.ts';
import { parseInstantUs } from './instants.ts';
import { checkFilterSize, checkRange } from './parse-usage-query.ts';
import { readFilter } from './read-filter.ts';
import { check, organisationBody, REORGANISATIONS_MAX } from './request-schemas.ts';
import { USAGE_LIMIT_MAX } from './usage-query.ts';

export interface OrganisationQuery {
  readonly unit: Field;
  /** The whole time, parted where the organisation changed. */
  readonly periods: readonly OrganisationPeriod[];
  readonly filters: readonly Filter[];
}

/** What departments cost, as it goes over the wire. Money is a decimal string. */
export interface OrganisationAnswer {
  readonly units: readonly {
    readonly unit: string;
    readonly parent: string | null;
    readonly own: string;
    readonly total: string;
    readonly unpriced_calls: number;
  }[];
  readonly cost: string;
  readonly unpriced_calls: number;
  readonly complete_to: string;
}

/**
 * Reads the body of `POST /api/v1/usage/organisation`.
 * @throws InvalidInputError `ORGANISATION_QUERY_INVALID` with every mistake in it.
 */
export function parseOrganisationQuery(value: unknown): OrganisationQuery {
  const tooLarge = checkFilterSize(value);
  const shape = check(organisationBody, tooLarge.length > 0 && isObject(value) ? { ...value, filters: [] } : value);
  const { from, to } = isObject(value) ? value : {};
  const findings = [...(shape.ok ? [] : shape.findings), ...tooLarge, ...checkRange(from, to, true)];
  if (!shape.ok || findings.length > 0) throw refused(findings);
  const { memberships, unit, filters, ...body } = shape.value;
  const range = { fromUs: parseInstantUs(body.from) as number, toUs: parseInstantUs(body.to) as number };
  const known = memberships.map(({ unit, parent, from }) => ({
    unit,
    ...(parent === undefined ? {} : { parent }),
    ...(from === undefined ? {} : { fromUs: parseInstantUs(from) as number }),
  }));
  const changes = new Set(known.map(({ fromUs = 0 }) => fromUs).filter((us) => us > range.fromUs && us < range.toUs));
  if (changes.size > REORGANISATIONS_MAX) {
    const message = `the organisation changes ${changes.size} times in this range; ask for less of it, ${REORGANISATIONS_MAX} are the most`;
    throw refused([{ at: 'memberships', code: 'TOO_LARGE', message }]);
  }
  return { unit: parseField(unit) as Field, periods: periodsOf(known, range), filters: filters.map(readFilter) };
}

function periodsOf(...question: Parameters<typeof organisationPeriods>): OrganisationPeriod[] {
  try {
    return organisationPeriods(...question);
  } catch (error) {
    if (!(error instanceof CostspanError)) throw error;
    throw refused([{ at: 'memberships', code: error.code, message: error.message }]);
  }
}

function refused(findings: readonly Finding[]): InvalidInputError {
  return new InvalidInputError('ORGANISATION_QUERY_INVALID', 'organisation query', findings);
}

/** Asks the ledger for each period in which nothing moved, and adds the periods up along the organisation of each. */
export async function readOrganisation(
  ledger: AskedLedger,
  { unit, periods, filters }: OrganisationQuery,
): Promise<OrganisationAnswer> {
  const asked = [];
  for (const { fromUs, toUs, parents } of periods) {
    const { rows, total, complete_to } = await ledger.query({
      fromUs,
      toUs,
      timezone: 'UTC',
      grain: 'none',
      metrics: ['cost', 'unpriced_calls'],
      groupBy: [unit],
      filters,
      orderBy: { field: 'cost', direction: 'desc' },
      limit: USAGE_LIMIT_MAX,
    });
    const byUnit = (amountOf: (row: (typeof rows)[number]) => Atto) =>
      new Map(rows.map((row) => [String(row[unit.name]), amountOf(row)]));
    asked.push({
      complete_to,
      costs: { parents, costs: byUnit(costOf) },
      unpriced: { parents, costs: byUnit((row) => attoFromInteger(BigInt(row['unpriced_calls'] as number))) },
      total,
    });
  }
  const unpriced = new Map(rollUpOrganisation(asked.map((period) => period.unpriced)).map((one) => [one.unit, one]));
  let cost = 0n;
  let unpricedCalls = 0;
  for (const { total } of asked) {
    cost += costOf(total);
    unpricedCalls += Number(total['unpriced_calls']);
  }
  return {
    units: rollUpOrganisation(asked.map((period) => period.costs)).map(({ unit, parent = null, own, total }) => ({
      unit,
      parent,
      own: formatMoney(own),
      total: formatMoney(total),
      unpriced_calls: Number(unpriced.get(unit)?.total ?? 0n),
    })),
    cost: formatMoney(attoFromInteger(cost)),
    unpriced_calls: unpricedCalls,
    // Up to the earliest of them every period is complete.
    complete_to: asked[0]?.complete_to as string,
  };
}

function costOf(row: Readonly<Record<string, unknown>>): Atto {
  return parseMoney(String(row['cost'] ?? '0'));
}
