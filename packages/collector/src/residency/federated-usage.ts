import { addMoney, formatMoney, InvalidInputError, parseMoney, ZERO } from '@costspan/usage';
import type { AskedLedger } from '../access/scoped-ledger.ts';
import type { Filter } from '../query/filter.ts';
import type { UsageQuery, UsageRow } from '../query/usage-query.ts';

/** Sums of every region, side by side and together. */
export interface FederatedAnswer {
  readonly regions: readonly {
    readonly region: string;
    readonly rows: readonly UsageRow[];
    readonly total: UsageRow;
  }[];
  /** Over all regions: what adds up exactly, which are money and counts. */
  readonly total: { readonly cost: string; readonly calls: number };
}

/** What may be told across regions: what was used, and never by whom. */
const AGGREGATES: ReadonlySet<string> = new Set([
  'provider',
  'model',
  'operation',
  'outcome',
  'cost_status',
  'currency',
]);

/**
 * Asks every region the same question.
 * @throws InvalidInputError `FEDERATED_QUERY_INVALID` for a question that groups or filters by a tag, or by what names one call
 */
export async function readFederatedUsage(
  ledgers: ReadonlyMap<string, AskedLedger>,
  query: UsageQuery,
): Promise<FederatedAnswer> {
  const names = [...query.groupBy.map(({ name }) => name), ...query.filters.flatMap(namesOf)];
  const personal = names.find((name) => !AGGREGATES.has(name));
  if (personal !== undefined) {
    const message = `"${personal}" is not told across regions; ask the region itself, or use ${[...AGGREGATES].join(', ')}`;
    throw new InvalidInputError('FEDERATED_QUERY_INVALID', 'federated query', [
      { at: 'groupBy', code: 'FIELD_REGIONAL', message },
    ]);
  }
  const metrics = [...new Set([...query.metrics, 'cost' as const, 'calls' as const])];
  const regions = await Promise.all(
    [...ledgers].map(async ([region, ledger]) => {
      const { rows, total } = await ledger.query({ ...query, metrics });
      return { region, rows, total };
    }),
  );
  const cost = regions.reduce((sum, { total }) => addMoney(sum, parseMoney(String(total['cost'] ?? '0'))), ZERO);
  return {
    regions,
    total: { cost: formatMoney(cost), calls: regions.reduce((sum, { total }) => sum + Number(total['calls']), 0) },
  };
}

function namesOf(filter: Filter): readonly string[] {
  if ('any' in filter) return filter.any.flatMap(namesOf);
  if ('all' in filter) return filter.all.flatMap(namesOf);
  return 'measure' in filter ? [filter.measure] : [filter.field.name];
}
