import type { BudgetStatus } from '@costspan/quota';
import { amountJson, formatInstant, NEVER_MS } from '@costspan/quota';
import { InvalidInputError } from '@costspan/usage';
import { z } from 'zod';
import { type Field, parseField } from '../query/fields.ts';
import { parseInstantUs } from '../query/instants.ts';
import type { Metric } from '../query/metrics.ts';
import { checkRange } from '../query/parse-usage-query.ts';
import { check, portalParameters } from '../query/request-schemas.ts';
import type { UsageQuery, UsageResult } from '../query/usage-query.ts';
import type { AskedLedger } from './scoped-ledger.ts';

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** What `GET /api/v1/portal/report` answers. */
export const portalAnswer = z
  .strictObject({
    customer_id: z.string(),
    from: z.string(),
    to: z.string(),
    timezone: z.string(),
    total: row.describe('`cost`, `calls`, `input_tokens`, `output_tokens`'),
    unpriced_calls: z.int().describe('Calls without a known cost; they are in no sum of money'),
    days: z.array(row),
    models: z.array(row),
    features: z.array(row),
    quotas: z.array(
      z.strictObject({
        unit: z.string(),
        per: z.string(),
        limit: z.union([z.string(), z.number()]),
        used: z.union([z.string(), z.number()]),
        used_ratio: z.number().nullable(),
        resets_at: z.string().nullable(),
      }),
    ),
    complete_to: z.string().describe('Every call acknowledged up to this instant is in the report'),
  })
  .describe('What one customer used, and what is left of its quotas');
export type PortalAnswer = z.infer<typeof portalAnswer>;

/** The budgets of one customer, and of nobody else; empty without quotas. */
export type CustomerBudgets = (customer: string) => Promise<readonly BudgetStatus[]>;

const METRICS: readonly Metric[] = ['cost', 'calls', 'input_tokens', 'output_tokens'];
const ROWS = 50;

/**
 * What one customer used and what is left of it.
 * @param ledger as the asker may see it
 * @param customers whom the asker is kept to; absent for anybody
 * @throws InvalidInputError `PORTAL_QUERY_INVALID`
 */
export async function readPortalReport(
  ledger: AskedLedger,
  budgetsOf: CustomerBudgets,
  customers: readonly string[] | undefined,
  parameters: URLSearchParams,
): Promise<PortalAnswer> {
  const given = Object.fromEntries(parameters);
  const shape = check(portalParameters, given);
  const findings = [...(shape.ok ? [] : shape.findings), ...checkRange(given['from'], given['to'], true)];
  if (!shape.ok || findings.length > 0) throw invalid(findings);
  const { from, to, timezone, customer_id: named = customers?.length === 1 ? customers[0] : undefined } = shape.value;
  // One of somebody else is answered like one that never was: with nothing.
  if (named === undefined) throw invalid([{ at: 'customer_id', code: 'MISSING', message: 'say whose report it is' }]);
  const isOurs = customers === undefined || customers.includes(named);
  const base: UsageQuery = {
    fromUs: parseInstantUs(from) as number,
    toUs: parseInstantUs(to) as number,
    timezone,
    grain: 'none',
    metrics: METRICS,
    groupBy: [],
    filters: [{ field: fieldOf('customer_id'), op: 'in', values: [named] }],
    orderBy: { field: 'cost', direction: 'desc' },
    limit: ROWS,
  };
  const [days, models, features, budgets] = await Promise.all([
    ledger.query({ ...base, grain: 'day', fill: 'zero', orderBy: { field: 'time', direction: 'asc' } }),
    ledger.query({ ...base, groupBy: [fieldOf('model')] }),
    ledger.query({ ...base, groupBy: [fieldOf('feature_name')] }),
    isOurs ? budgetsOf(named) : [],
  ]);
  return {
    customer_id: named,
    from,
    to,
    timezone,
    total: { ...days.total },
    unpriced_calls: days.unpriced_calls,
    days: rowsOf(days),
    models: rowsOf(models),
    features: rowsOf(features),
    quotas: budgets.map(budgetJson),
    complete_to: days.complete_to,
  };
}

function invalid(findings: InvalidInputError['findings']): InvalidInputError {
  return new InvalidInputError('PORTAL_QUERY_INVALID', 'portal report', findings);
}

function fieldOf(name: string): Field {
  return parseField(name) as Field;
}

function rowsOf({ rows }: UsageResult): PortalAnswer['days'] {
  return rows.map((row) => ({ ...row }));
}

/** Without the names of rules, which may speak of other customers. */
function budgetJson({
  unit,
  per,
  limit,
  used,
  usedRatio,
  window,
  timezone,
}: BudgetStatus): PortalAnswer['quotas'][number] {
  const resetsAtMs = window.endMs;
  return {
    unit,
    per,
    limit: amountJson(unit, limit),
    used: amountJson(unit, used),
    used_ratio: Number.isFinite(usedRatio) ? usedRatio : null,
    resets_at: Math.abs(resetsAtMs) >= NEVER_MS ? null : formatInstant(resetsAtMs, timezone),
  };
}
