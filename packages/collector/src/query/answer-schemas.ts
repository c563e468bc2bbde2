import { CORRELATION_PAIRS_MIN, DRIVERS, type Driver } from '@costspan/insight';
import { COST_STATUSES } from '@costspan/pricing';
import { METER_NAMES, OUTCOMES } from '@costspan/usage';
import { z } from 'zod';
import { CONTEXT_KINDS } from '../ledger/ledger.ts';

/** What the API answers. The OpenAPI document is made from these, and tests hold real answers against them. */
const text = z.string();
const instant = z.string().describe('ISO 8601 instant in UTC');
const money = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('Plain decimal string, exact, no trailing zeros');
const cell = z.union([z.string(), z.number(), z.null()]);
const values = z.record(z.string(), cell);
const usageRow = z
  .object({ previous: values.optional().describe('The same metrics in the period compared with') })
  .catchall(cell)
  .describe(
    'Values by name: `time`, groups and metrics. Money is a decimal string; a count is an integer, or a decimal string when it is not a whole number below 2^53; unknown is null',
  );

export const usageAnswer = z
  .strictObject({
    rows: z.array(usageRow).describe('Rows always add up to total'),
    total: usageRow.describe('The same metrics over every call of the question'),
    unpriced_calls: z
      .int()
      .describe(
        'Calls of the question that are not in cost: without a known cost, or with one in another currency than USD',
      ),
    late_calls: z.int().describe('Calls of the question that arrived long after they had ended'),
    expired_calls: z
      .int()
      .describe(
        'Calls whose rows are deleted: they are in the sums, under (expired) where a group is no longer known, and in no percentile',
      ),
    source: z.enum(['roll-up', 'calls']).describe('Added up from sums by hour, or call by call. Both give the same'),
    complete_to: instant.describe('Every call acknowledged up to this instant is in the answer'),
    data_from: instant.nullable().describe('Start of the first call that the ledger knows of'),
    as_of_from: instant
      .optional()
      .describe(
        'With `asOf` or on a page: calls that started before it were deleted since, and are counted as they are known now',
      ),
    compared_with: z.strictObject({ from: instant, to: instant }).optional().describe('The period of `previous`'),
    next_cursor: text.nullable().optional().describe('With fold: false. Give it as `cursor`; null on the last page'),
  })
  .describe('The answer to a usage question');

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
  dialect: text.nullable().describe('Which way of writing a call it came in'),
  conversation_id: text.nullable(),
  prompt_id: text.nullable().describe('The prompt template behind the call'),
  prompt_version: text.nullable(),
  agent: text.nullable().describe('The agent that the call itself names'),
  workflow: text.nullable().describe('The workflow that the call itself names'),
  max_tokens: z.number().nullable().describe('As requested; null when the request did not say'),
  temperature: z.number().nullable().describe('As requested; null when the request did not say'),
  late: z.boolean().describe('It arrived long after it had ended'),
};

const callSummary = z.strictObject(callFields).describe('One call');

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
          quantity: z.number().describe('What is charged'),
          counted: z
            .number()
            .optional()
            .describe('What was counted, where a minimum or an increment made the quantity another'),
          above: z.number().optional().describe('Of a step of a ladder: the units are those after the first so many'),
          fee: text.optional().describe('The name of the fee that the line is, beside the prices'),
          rate: money,
          per: z.number(),
          multipliers: z.array(z.strictObject({ name: text, factor: text })).optional(),
          amount: money,
        }),
      )
      .describe(
        'Add up to cost exactly, or to native.cost where the card is in another currency. A meter may stand on several',
      ),
    card: z
      .strictObject({ provider: text, model: text, layer: text, version: text })
      .nullable()
      .describe('The price card and the version of the catalogue that priced the call'),
    match: z.enum(['exact', 'alias', 'normalised']).nullable().describe('How the model name led to the card'),
    reason: text.nullable().describe('Why there is no cost, or not a whole one'),
    computed_cost: money.nullable().describe('What the cards say beside a cost that the provider reported'),
    list_cost: money.nullable().describe('Without contracts; null where the prices know no difference'),
    contracted_cost: money.nullable().describe('With contracts; null where the prices know no difference'),
    resale_cost: money.nullable().describe('What one’s own customers pay; null where there are no resale prices'),
    native: z
      .strictObject({
        currency: text.describe('ISO 4217'),
        cost: money.describe('What the lines add up to'),
        fx_rate: money.nullable().describe('What one unit was worth in US dollars; null where nobody says'),
        fx_from: instant.nullable().describe('Since when it was'),
      })
      .nullable()
      .describe('What the card says where it is in another currency than US dollars, and how it became the cost'),
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

const effects = z.strictObject(
  Object.fromEntries(DRIVERS.map((driver) => [driver, money])) as Record<Driver, typeof money>,
);
const periodCost = z.strictObject({
  from: instant,
  to: instant,
  cost: money,
  calls: z.int().describe('Calls whose cost is known: only they are explained'),
  unpriced_calls: z.int(),
});

export const driversAnswer = z
  .strictObject({
    before: periodCost,
    after: periodCost,
    change: money,
    effects: effects.describe(
      'What each driver added or took away; they sum exactly to change. new_groups and gone_groups; volume (more calls, as before); mix (calls that moved between groups); input_tokens and output_tokens (per call); cache_share; price (of the same tokens); other (what is not charged by the token)',
    ),
    groups: z
      .array(
        z.strictObject({
          group: z.record(z.string(), text),
          before: money,
          after: money,
          change: money,
          effects,
        }),
      )
      .describe('The same for each group; they sum exactly to the whole'),
    complete_to: instant,
  })
  .describe('Why the cost changed');

export const organisationAnswer = z
  .strictObject({
    units: z
      .array(
        z.strictObject({
          unit: text,
          parent: text.nullable().describe('Where it belonged at the end; null at the top'),
          own: money.describe('Of the calls that name it'),
          total: money.describe('With all that belonged below it at the time'),
          unpriced_calls: z.int().describe('Calls of total whose cost nobody knows'),
        }),
      )
      .describe('By name. The totals of the units that stood at the top all the time add up to cost'),
    cost: money.describe('Of all calls, each once'),
    unpriced_calls: z.int(),
    complete_to: instant,
  })
  .describe('What departments cost');

export const correlationAnswer = z
  .strictObject({
    correlation: z
      .strictObject({
        coefficient: z.number().describe("Spearman's: 1 when both have the same order, -1 when it is turned round"),
        low: z.number().describe('The interval that covers the true one in 95 of 100 samples'),
        high: z.number(),
      })
      .nullable()
      .describe(
        `null when there is nothing to tell: fewer than ${CORRELATION_PAIRS_MIN} pairs, one side always the same, or 0 in the interval`,
      ),
    pairs: z.int(),
    unknown: z.int().describe('Groups that are left out, since the cost of none of their calls is known'),
    complete_to: instant,
  })
  .describe('What goes together with usage. It says nothing about causes');

const sums = z.strictObject({
  calls: z.int(),
  cost: money.nullable().describe('null when there are calls and the cost of none is known'),
  unpriced_calls: z.int(),
  input_tokens: z.number(),
  output_tokens: z.number(),
});

export const traceAnswer = z
  .strictObject({
    trace_id: text,
    started_at: instant,
    total: sums,
    spans: z
      .array(
        z.strictObject({
          span_id: text,
          parent_span_id: text.nullable().describe('The span above in this tree; null at the top'),
          depth: z.int().describe('Spans above it'),
          kind: z.enum(['call', ...CONTEXT_KINDS]).describe('A call is billed, the others are not'),
          name: text.nullable(),
          operation: text,
          duration_ms: z.number(),
          outcome: z.enum(OUTCOMES),
          service: text.nullable(),
          call: callSummary.nullable(),
          started_at: instant,
          is_parent_missing: z.boolean().describe('It names a parent that the ledger does not know'),
          is_in_circle: z.boolean().describe('Its parents lead back to itself'),
          own: sums,
          whole: sums.describe('Its own and all below it'),
        }),
      )
      .describe('Each span before its children, by their starts'),
    is_truncated: z.boolean().describe('There are more spans than are shown'),
  })
  .describe('One trace as a tree, with costs rolled up');

export const fieldsAnswer = z
  .strictObject({
    fields: z
      .array(
        z.strictObject({
          name: text,
          kind: z.enum(['dimension', 'tag']),
          description: text.nullable(),
          is_rolled_up: z.boolean().describe('Its sums by hour outlive the calls'),
          calls: z.int().nullable().describe('Calls that carry the tag, where that was counted'),
        }),
      )
      .describe('What a question may group and filter by'),
    metrics: z.array(z.strictObject({ name: text, unit: text, description: text.nullable() })),
    grains: z.array(text),
    operators: z.strictObject({ text: z.array(text), number: z.array(text) }),
    measures: z.array(text).describe('What of a call can be compared with a number'),
  })
  .describe('What a question may ask for');

export const valuesAnswer = z
  .strictObject({
    field: text,
    values: z.array(z.strictObject({ value: text, calls: z.int() })).describe('Those of most calls first'),
    is_truncated: z.boolean().describe('There are more values than the limit'),
  })
  .describe('The values of a field');

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
