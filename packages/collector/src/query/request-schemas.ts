import { FOCUS_VERSIONS } from '@costspan/pricing';
import { type Finding, isObject, isTimeZone } from '@costspan/usage';
import { z } from 'zod';
import { EXPORT_FORMATS, PART_CALLS_MAX } from '../exports/export-query.ts';
import { CALL_ORDERS, CALLS_LIMIT_DEFAULT, CALLS_LIMIT_MAX } from './calls-query.ts';
import { isCursor } from './cursor.ts';
import { FIELD_COLUMNS, parseField } from './fields.ts';
import { COMPARE_OPS, FILTER_DEPTH_MAX, FILTER_LEAVES_MAX, isMeasure, MEASURES } from './filter.ts';
import { parseInstantUs } from './instants.ts';
import { METRICS } from './metrics.ts';
import { filterMistake, TEXT_FILTER_OPS } from './read-filter.ts';
import { GRAINS, USAGE_LIMIT_DEFAULT, USAGE_LIMIT_MAX, WEEK_STARTS } from './usage-query.ts';
import { FIELDS_LIMIT_DEFAULT, FIELDS_LIMIT_MAX, VALUES_LIMIT_DEFAULT, VALUES_LIMIT_MAX } from './values-query.ts';

/** Groups that one question may compare. */
const CORRELATED_VALUES_MAX = 10_000;

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
    `One of ${FIELD_COLUMNS.join(', ')}; or any other tag as tag.<key> (the bare key does when no metric or dimension has that name)`,
  );

const filterField = z
  .string()
  .max(80)
  .superRefine((name, context) => {
    const field = isMeasure(name) ? undefined : parseField(name);
    if (typeof field === 'string') refuse(context, 'FIELD_UNKNOWN', field);
  })
  .describe(`What groupBy takes; or, to compare calls with a number, ${MEASURES.slice(0, 3).join(', ')} or a meter`);

const filterShape = {
  field: filterField.optional(),
  op: z
    .enum(['eq', 'neq', 'in', 'not_in', 'exists', 'not_exists', ...TEXT_FILTER_OPS, ...COMPARE_OPS])
    .optional()
    .describe(
      'in and not_in take a list; exists and not_exists nothing; gt, gte, lt and lte a number; the others a text. contains takes no notice of case',
    ),
  value: z
    .union([z.string().max(1024), z.number(), z.array(z.string().max(1024)).min(1).max(1000)], {
      error: 'must be a text, a number or a list of 1 to 1000 texts',
    })
    .optional()
    .describe('(untagged) selects calls that have no value. A number may be a decimal text, to be exact'),
};

interface FilterBody {
  readonly field?: string | undefined;
  readonly op?: z.infer<NonNullable<typeof filterShape.op>>;
  readonly value?: string | number | string[] | undefined;
  readonly any?: FilterBody[] | undefined;
  readonly all?: FilterBody[] | undefined;
}

export type { FilterBody };

const nested = z
  .lazy((): z.ZodType<FilterBody[]> => z.array(filter).min(1).max(FILTER_LEAVES_MAX))
  .optional()
  .describe(`Conditions, nested at most ${FILTER_DEPTH_MAX} deep, at most ${FILTER_LEAVES_MAX} in all`);

const filter: z.ZodType<FilterBody> = z
  .strictObject({ ...filterShape, any: nested, all: nested })
  .superRefine((body, context) => {
    const mistake = filterMistake(body);
    if (mistake !== undefined) refuse(context, mistake.code, mistake.message, mistake.at);
  })
  .describe('One condition (field, op, value), or { any: […] } or { all: […] }')
  .meta({ id: 'Filter' });

const timezoneName = z
  .string()
  .max(64)
  .superRefine((name, context) => {
    if (isTimeZone(name)) return;
    refuse(context, 'TIMEZONE_UNKNOWN', `"${name}" is not a time zone; use an IANA name such as Europe/Berlin`);
  })
  .default('UTC')
  .describe('IANA name. Decides where hours, days, weeks and months begin');

const filters = z.array(filter).max(FILTER_LEAVES_MAX).default([]).describe('All must hold');

const comparison = z.union(
  [z.enum(['previous_period', 'previous_year']), z.strictObject({ from: instant, to: instant })],
  { error: 'must be previous_period, previous_year or { from, to }' },
);

const from = instant.describe('First start of a call, inclusive. ISO 8601 with a zone');
const to = instant.describe('Last start of a call, exclusive. ISO 8601 with a zone');

export const usageQueryBody = z
  .strictObject({
    from,
    to,
    timezone: timezoneName,
    grain: z
      .enum(GRAINS)
      .default('none')
      .describe('Length of a time bucket. Rows then carry `time`, the start of their bucket in UTC'),
    weekStart: z.enum(WEEK_STARTS).default('monday').describe('The first day of a week, for the grain week'),
    metrics: z.array(z.enum(METRICS)).min(1).max(METRICS.length).describe('What to add up'),
    groupBy: z
      .array(fieldName)
      .max(6)
      .default([])
      .describe('One row per combination of these. A call without one counts as (untagged)'),
    filters,
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
    fill: z
      .enum(['none', 'zero'])
      .default('none')
      .describe('zero shows the buckets of a group in which nothing happened; by default a gap is a gap'),
    compare: comparison
      .optional()
      .describe(
        'Every row and the total get `previous`, the same values of the period before: by the local calendar (whole months before whole months, days before days), a year before, or as given. Groups stand alone by this period',
      ),
    fold: z
      .boolean()
      .default(true)
      .describe('false: no (other). The answer has one page of `limit` groups and `next_cursor`'),
    cursor: z.string().max(100).optional().describe('`next_cursor` of the page before, with the same question'),
    asOf: instant
      .optional()
      .describe(
        'What the ledger would have answered at this instant: nothing that came later, and calls whose place another span took later are counted. Where the calls are deleted since, the answer has `as_of_from`',
      ),
  })
  .describe('A usage question');
export type UsageQueryBody = z.infer<typeof usageQueryBody>;

export const driversBody = z
  .strictObject({
    from,
    to,
    timezone: timezoneName,
    compare: comparison.default('previous_period').describe('The period before; as in a usage question'),
    groupBy: z
      .array(fieldName)
      .min(1)
      .max(6)
      .default(['model'])
      .describe('Between these groups the mix can change; within one it is tokens, caching and prices'),
    filters,
    limit: z
      .int()
      .min(1)
      .max(1000)
      .default(USAGE_LIMIT_DEFAULT)
      .describe('Groups that are explained one by one, by cost; the others are explained together as (other)'),
  })
  .describe('A question why the cost changed');

/** Most memberships of one question, and most times at which the organisation changes within it. */
const MEMBERSHIPS_MAX = 10_000;
export const REORGANISATIONS_MAX = 100;

const unitName = z.string().min(1).max(256);

export const organisationBody = z
  .strictObject({
    from,
    to,
    unit: fieldName.default('team').describe('What names the unit of a call'),
    memberships: z
      .array(
        z.strictObject({
          unit: unitName,
          parent: unitName.optional().describe('Absent: it stands at the top'),
          from: instant.optional().describe('Since when it belongs there. Absent: it has always been so'),
        }),
      )
      .min(1)
      .max(MEMBERSHIPS_MAX)
      .describe('Which unit belongs to which: teams to departments, departments to the company. The latest one counts'),
    filters,
  })
  .describe('A question what departments cost');

/** What may be set against a value of one's own: sums, which are 0 where there was no call. */
export const CORRELATED_METRICS = ['calls', 'tokens', 'input_tokens', 'output_tokens', 'cost'] as const;

export const correlationBody = z
  .strictObject({
    from,
    to,
    groupBy: fieldName.default('customer_id').describe('What the values are of'),
    metric: z.enum(CORRELATED_METRICS).default('tokens'),
    values: z
      .record(z.string().min(1).max(256), z.number())
      .refine((values) => Object.keys(values).length <= CORRELATED_VALUES_MAX, {
        error: `must hold at most ${CORRELATED_VALUES_MAX} values`,
      })
      .describe(
        'A number of your own for each group, such as the sessions of each customer. A group without calls used nothing',
      ),
    filters,
  })
  .describe('A question what goes together with usage');

const wholeNumber = (max: number, standard: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(max))
    .default(standard);

export const fieldsParameters = z.strictObject({
  from: instant.optional().describe('First start of a call that counts, inclusive'),
  to: instant.optional().describe('Last start, exclusive'),
  limit: wholeNumber(FIELDS_LIMIT_MAX, FIELDS_LIMIT_DEFAULT).describe('Most tags, those on most calls first'),
});

export const valuesParameters = z.strictObject({
  field: fieldName,
  prefix: z.string().max(256).optional().describe('Only values that begin with this'),
  from: instant.optional().describe('First start of a call that counts, inclusive'),
  to: instant.optional().describe('Last start, exclusive'),
  limit: wholeNumber(VALUES_LIMIT_MAX, VALUES_LIMIT_DEFAULT).describe('Most values, those of most calls first'),
});

/** What `GET /api/v1/portal/report` takes. */
export const portalParameters = z.strictObject({
  from,
  to,
  timezone: timezoneName,
  customer_id: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Whose report it is; a portal key is for one customer and need not say'),
});

export const callsParameters = z.strictObject({
  from: instant.optional().describe('First start, inclusive. ISO 8601 with a zone'),
  to: instant.optional().describe('Last start, exclusive. ISO 8601 with a zone'),
  filters: z
    .string()
    .max(65_536)
    .optional()
    .describe('Filters of a usage question, as JSON: [{"field":"cost","op":"gt","value":"0.5"}]'),
  orderBy: z.enum(CALL_ORDERS).default('started_at').describe('Unknown values come last either way'),
  direction: z.enum(['asc', 'desc']).default('desc').describe('desc: newest, dearest or slowest first'),
  limit: wholeNumber(CALLS_LIMIT_MAX, CALLS_LIMIT_DEFAULT).describe('Calls per page'),
  cursor: z
    .string()
    .max(160)
    .superRefine((text, context) => {
      if (!isCursor(text)) refuse(context, 'CURSOR_INVALID', 'give `next_cursor` of a page as it came');
    })
    .optional()
    .describe('`next_cursor` of the page before, with the same order'),
});

export const exportParameters = z.strictObject({
  format: z
    .enum(EXPORT_FORMATS)
    .default('csv')
    .describe(
      'csv, ndjson and parquet have one row for each call; focus (CSV), focus-ndjson and focus-parquet one for each charge',
    ),
  version: z.enum(FOCUS_VERSIONS).default('1.2').describe('Of FOCUS'),
  locale: z
    .string()
    .max(35)
    .superRefine((text, context) => {
      if (isLocale(text)) return;
      refuse(context, 'LOCALE_UNKNOWN', `"${text}" is not a language such as de or de-CH`);
    })
    .optional()
    .describe('CSV as a spreadsheet of this language reads it: with a decimal comma cells end with a semicolon'),
  from: instant.describe('First start, inclusive. ISO 8601 with a zone'),
  to: instant.describe('Last start, exclusive. ISO 8601 with a zone'),
  as_of: instant.optional().describe('What was known then; by default what is known now'),
  limit: z
    .string()
    .regex(/^\d{1,8}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(PART_CALLS_MAX.parquet))
    .optional()
    .describe(
      `Most calls of this part: up to ${PART_CALLS_MAX.text}, of Parquet ${PART_CALLS_MAX.parquet}. Without it all that is left comes as one stream`,
    ),
  cursor: z.string().max(64).optional().describe('`costspan-next-cursor` of the part before, with the same question'),
});

/** The `filters` of a list of calls, once they are JSON. */
export const callFilters = z.strictObject({ filters });

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

function isLocale(text: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(text).length > 0;
  } catch {
    return false;
  }
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
  if (issue.code === 'invalid_union' && isObject(issue.input)) {
    // The last choice is the one that is an object.
    const inner = (issue.errors.at(-1) ?? []).filter(({ path }) => path.length > 0);
    if (inner.length > 0) return inner.flatMap((each) => findingsOf({ ...each, path: [...issue.path, ...each.path] }));
  }
  if (issue.code === 'custom') return [{ at, code: String(issue.params?.['code']), message: issue.message }];
  if (issue.input === undefined) return [{ at, code: 'MISSING', message: 'is required' }];
  return [{ at, code: CODES[issue.code] ?? 'VALUE', message: messageOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
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
