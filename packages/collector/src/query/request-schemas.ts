import { FIRST_CLASS_TAGS, type Finding } from '@costspan/usage';
import { z } from 'zod';
import { CALLS_LIMIT_DEFAULT, CALLS_LIMIT_MAX } from './calls-query.ts';
import { parseCursor } from './cursor.ts';
import { DIMENSIONS, parseField } from './fields.ts';
import { parseInstantUs } from './instants.ts';
import { isTimeZone } from './time-zone.ts';
import { GRAINS, METRICS, USAGE_LIMIT_DEFAULT, USAGE_LIMIT_MAX } from './usage-query.ts';

/** What the API is asked. Parsers and OpenAPI document are made from these, so they cannot disagree. */
const instant = z.string().superRefine((text, context) => {
  if (parseInstantUs(text) !== undefined) return;
  refuse(
    context,
    'INSTANT_INVALID',
    `"${text}" is not an instant from 1970 to 2199 with a zone, such as 2026-11-01T00:00:00Z`,
  );
});

const fieldName = z
  .string()
  .max(80)
  .superRefine((name, context) => {
    const field = parseField(name);
    if (typeof field === 'string') refuse(context, 'FIELD_UNKNOWN', field);
  })
  .describe(
    `One of ${[...DIMENSIONS, ...FIRST_CLASS_TAGS].join(', ')}; or any other tag as tag.<key> (the bare key does when no metric has that name)`,
  );

const filter = z
  .strictObject({
    field: fieldName,
    op: z
      .enum(['eq', 'neq', 'in', 'not_in', 'exists', 'not_exists'])
      .describe('eq and neq take a text, in and not_in a list, exists and not_exists nothing'),
    value: z
      .union([z.string().max(1024), z.array(z.string().max(1024)).min(1).max(1000)])
      .optional()
      .describe('(untagged) selects calls that have no value'),
  })
  .superRefine(({ op, value }, context) => {
    const wanted = {
      eq: 'string',
      neq: 'string',
      in: 'object',
      not_in: 'object',
      exists: 'undefined',
      not_exists: 'undefined',
    };
    if (wanted[op] === typeof value) return;
    const takes = { string: 'one text', object: 'a list of texts', undefined: 'no value' }[wanted[op]];
    refuse(context, 'FILTER_VALUE', `"${op}" takes ${takes}`, ['value']);
  });

export const usageQueryBody = z
  .strictObject({
    from: instant.describe('First start of a call, inclusive. ISO 8601 with a zone'),
    to: instant.describe('Last start of a call, exclusive. ISO 8601 with a zone'),
    timezone: z
      .string()
      .max(64)
      .superRefine((name, context) => {
        if (isTimeZone(name)) return;
        refuse(context, 'TIMEZONE_UNKNOWN', `"${name}" is not a time zone; use an IANA name such as Europe/Berlin`);
      })
      .default('UTC')
      .describe('IANA name. Decides where hours, days, weeks (Monday) and months begin'),
    grain: z
      .enum(GRAINS)
      .default('none')
      .describe('Length of a time bucket. Rows then carry `time`, the start of their bucket in UTC'),
    metrics: z.array(z.enum(METRICS)).min(1).max(METRICS.length).describe('What to add up'),
    groupBy: z
      .array(fieldName)
      .max(6)
      .default([])
      .describe('One row per combination of these. A call without one counts as (untagged)'),
    filters: z.array(filter).max(32).default([]).describe('All must hold'),
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
        'Groups that stand alone: the first by orderBy over the whole time. The others fold into one (other) per bucket, so that rows always add up to total',
      ),
  })
  .describe('A usage question');
export type UsageQueryBody = z.infer<typeof usageQueryBody>;

export const callsParameters = z.strictObject({
  from: instant.optional().describe('First start, inclusive. ISO 8601 with a zone'),
  to: instant.optional().describe('Last start, exclusive. ISO 8601 with a zone'),
  limit: z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(CALLS_LIMIT_MAX))
    .default(CALLS_LIMIT_DEFAULT)
    .describe('Calls per page'),
  cursor: z
    .string()
    .max(100)
    .superRefine((text, context) => {
      if (parseCursor(text) === undefined) refuse(context, 'CURSOR_INVALID', 'give `next_cursor` of a page as it came');
    })
    .optional()
    .describe('`next_cursor` of the page before'),
});

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

function refuse(context: z.RefinementCtx, code: string, message: string, path: PropertyKey[] = []): void {
  context.addIssue({ code: 'custom', path, message, params: { code } });
}

/** Most choices a message lists. */
const CHOICES_TOLD_MAX = 12;

const CODES: Readonly<Record<string, string>> = {
  invalid_type: 'TYPE',
  invalid_union: 'TYPE',
  invalid_value: 'VALUE_UNKNOWN',
  too_small: 'TOO_SMALL',
  too_big: 'TOO_LARGE',
};

function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const at = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      at: pathText([...issue.path, key]),
      code: 'FIELD_UNKNOWN',
      message: `"${key}" is not a field here; remove it or check its spelling`,
    }));
  }
  if (issue.code === 'custom') return [{ at, code: String(issue.params?.['code']), message: issue.message }];
  if (issue.input === undefined) return [{ at, code: 'MISSING', message: 'is required' }];
  return [{ at, code: CODES[issue.code] ?? 'VALUE', message: messageOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return 'must be a text or a list of 1 to 1000 texts';
  if (issue.code !== 'invalid_value') return issue.message;
  const choices = issue.values.length <= CHOICES_TOLD_MAX ? issue.values.join(', ') : 'those in /api/v1/openapi.json';
  return `${JSON.stringify(issue.input)} is not known; choose from ${choices}`;
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (whole, part) => (typeof part === 'number' ? `${whole}[${part}]` : `${whole}.${String(part)}`),
    '',
  );
  return text === '' ? 'body' : text.replace(/^\./, '');
}
