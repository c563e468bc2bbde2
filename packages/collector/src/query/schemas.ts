import { COST_STATUSES } from '@costspan/pricing';
import { FIRST_CLASS_TAGS, type Finding, METER_NAMES, OUTCOMES } from '@costspan/usage';
import { z } from 'zod';
import { CALLS_LIMIT_DEFAULT, CALLS_LIMIT_MAX } from './calls-query.ts';
import { DIMENSIONS } from './fields.ts';
import { GRAINS, METRICS, USAGE_LIMIT_DEFAULT, USAGE_LIMIT_MAX } from './usage-query.ts';

/**
 * The shapes that cross the API, in both directions. The parsers and the OpenAPI document are made from these and from
 * nothing else. Zod is used in this file only.
 */
const instant = z.string().describe('ISO 8601 instant with a zone, such as 2026-11-01T00:00:00Z');
const money = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('Plain decimal string, exact, no trailing zeros');
const fieldName = z
  .string()
  .max(80)
  .describe(
    `One of ${[...DIMENSIONS, ...FIRST_CLASS_TAGS].join(', ')}; or any other tag as tag.<key> (the bare key works when it is no metric)`,
  );

export const usageQueryBody = z
  .strictObject({
    from: instant.describe('First instant, inclusive. ISO 8601 with a zone'),
    to: instant.describe('Last instant, exclusive. ISO 8601 with a zone'),
    timezone: z
      .string()
      .max(64)
      .default('UTC')
      .describe('IANA name. Decides where hours, days, weeks (Monday) and months begin'),
    grain: z
      .enum(GRAINS)
      .default('none')
      .describe('Length of a time bucket. Rows then carry `time`, the start of theirs in UTC'),
    metrics: z.array(z.enum(METRICS)).min(1).max(METRICS.length).describe('What to add up'),
    groupBy: z
      .array(fieldName)
      .max(6)
      .default([])
      .describe('One row per combination of these. A call without one counts as (untagged)'),
    filters: z
      .array(
        z.strictObject({
          field: fieldName,
          op: z
            .enum(['eq', 'neq', 'in', 'not_in', 'exists', 'not_exists'])
            .describe('eq, neq take a text; in, not_in a list; exists, not_exists nothing'),
          value: z
            .union([z.string().max(1024), z.array(z.string().max(1024)).min(1).max(1000)])
            .optional()
            .describe('(untagged) selects calls that have no value'),
        }),
      )
      .max(32)
      .default([])
      .describe('All must hold'),
    orderBy: z
      .strictObject({
        field: z.string().max(80).describe('A metric, one of groupBy, or time'),
        direction: z.enum(['asc', 'desc']).default('desc').describe('Unknown values come last either way'),
      })
      .optional()
      .describe('Default: cost, desc. With a grain, rows are in order of time first'),
    limit: z
      .int()
      .min(1)
      .max(USAGE_LIMIT_MAX)
      .default(USAGE_LIMIT_DEFAULT)
      .describe(
        'Groups that stand alone, the first by orderBy over the whole time. The others fold into one (other) per bucket',
      ),
  })
  .describe('A usage question');
export type UsageQueryBody = z.infer<typeof usageQueryBody>;

const cell = z.union([z.string(), z.number(), z.null()]);
const usageRow = z
  .record(z.string(), cell)
  .describe(
    'Values by name: `time`, groups and metrics. Money is a decimal string; a count is an integer, or a decimal string when it is not a whole number below 2^53; unknown is null',
  );

export const usageAnswer = z
  .strictObject({
    rows: z.array(usageRow).describe('Rows always add up to total'),
    total: usageRow.describe('The same metrics over every call of the question'),
    unpriced_calls: z.int().describe('Calls of the question that have no cost'),
    complete_to: instant.describe('Every call acknowledged up to this instant is in the answer'),
  })
  .describe('The answer to a usage question');

const text = z.string();
const tags = z.record(z.string(), text).describe('Who the call was for');
const callFields = {
  id: text.describe('`trace_id-span_id`'),
  started_at: instant,
  duration_ms: z.number(),
  provider: text,
  model: text.nullable().describe('The model that is priced: what the provider served, else what was asked for'),
  request_model: text.nullable().describe('The model that was asked for'),
  operation: text.describe('chat, embeddings, …'),
  outcome: z.enum(OUTCOMES),
  service: text.nullable().describe('service.name of the caller'),
  tags,
  usage: z
    .partialRecord(z.enum(METER_NAMES as [string, ...string[]]), z.number())
    .describe('Counts by meter; a meter that is absent was not reported'),
  usage_status: z.enum(['reported', 'estimated', 'unavailable']),
  cost: money.nullable().describe('null: unknown, see cost_status'),
  currency: text.describe('ISO 4217'),
  cost_status: z.enum(COST_STATUSES),
};

export const callSummary = z.strictObject(callFields).describe('One call');

export const callsAnswer = z
  .strictObject({
    calls: z.array(callSummary).describe('Newest first'),
    next_cursor: text.nullable().describe('Give it as `cursor` for the next page; null on the last'),
  })
  .describe('A page of calls');

export const callDetail = z
  .strictObject({
    ...callFields,
    lines: z
      .array(
        z.strictObject({
          meter: text,
          quantity: z.number(),
          rate: money,
          per: z.number(),
          multipliers: z.array(z.strictObject({ name: text, factor: text })).optional(),
          amount: money,
        }),
      )
      .describe('Add up to cost exactly'),
    card: z
      .strictObject({ provider: text, model: text, layer: text, version: text })
      .nullable()
      .describe('The price card and the version of the catalogue that priced the call'),
    match: z.enum(['exact', 'alias', 'normalised']).nullable().describe('How the model name led to the card'),
    reason: text.nullable().describe('Why there is no cost, or not a whole one'),
    trace_id: text,
    span_id: text,
    parent_span_id: text.nullable(),
    response_id: text.nullable().describe("The provider's id of the answer"),
    error_type: text.nullable(),
    time_to_first_chunk_ms: z.number().nullable(),
    context: z.record(z.string(), z.unknown()).describe('What besides the counts decided the price, as served'),
    received_at: instant.describe('When the ledger took the call in'),
  })
  .describe('One call with everything known about it');

export const callsParameters = z.strictObject({
  from: instant.optional().describe('First start, inclusive'),
  to: instant.optional().describe('Last start, exclusive'),
  limit: z.coerce.number().int().min(1).max(CALLS_LIMIT_MAX).default(CALLS_LIMIT_DEFAULT).describe('Calls per page'),
  cursor: text.max(100).optional().describe('next_cursor of the page before'),
});
export type CallsParameters = z.infer<typeof callsParameters>;

export const problem = z
  .strictObject({
    type: text,
    title: text,
    status: z.int(),
    detail: text,
    errors: z
      .array(z.strictObject({ at: text.describe('Path into the request'), code: text, message: text }))
      .describe('Every mistake found, at once'),
  })
  .describe('RFC 9457 problem');

/** Reads `value` by a schema: what it means, or every mistake in it. */
export function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly findings: readonly Finding[] } {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, findings: result.error.issues.flatMap(findingsOf) };
}

/** JSON Schema of what a caller sends (`input`) or gets (`output`). */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const at = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      at: pathText([...issue.path, key]),
      code: 'FIELD_UNKNOWN',
      message: `"${key}" is not a field here; remove it or check its spelling`,
    }));
  }
  if (issue.input === undefined) return [{ at, code: 'MISSING', message: 'is required' }];
  const codes: Readonly<Record<string, string>> = {
    invalid_type: 'TYPE',
    invalid_union: 'TYPE',
    invalid_value: 'VALUE_UNKNOWN',
    too_small: 'TOO_SMALL',
    too_big: 'TOO_LARGE',
  };
  const message = issue.code === 'invalid_union' ? 'must be a text or a list of 1 to 1000 texts' : issue.message;
  return [{ at, code: codes[issue.code ?? ''] ?? 'VALUE', message }];
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (whole, part) => (typeof part === 'number' ? `${whole}[${part}]` : `${whole}.${String(part)}`),
    '',
  );
  return text === '' ? 'body' : text.replace(/^\./, '');
}
