import { BURN_WINDOWS, LOCALES } from '@costspan/quota';
import { z } from 'zod';
import { parseInstantUs } from '../query/instants.ts';

/** What the quota API is asked. Parsers and OpenAPI document are made from these. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER;
const GRANT_CALLS_MAX = 1000;
const count = z.int().min(0).max(COUNT_MAX);
const money = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,18})?$/, 'must be a plain decimal text such as "0.0106741"')
  .describe('USD, a plain decimal string');
const id = z
  .string()
  .min(1)
  .max(200)
  .describe('Your own, unique per call; `traceId-spanId` makes the span of the call settle it');

const facts = {
  provider: z.string().min(1).max(100).optional().describe('As OpenTelemetry names it; where absent, the model tells'),
  model: z.string().min(1).max(256).describe('As it will be asked for: `gpt-4o` or `openai/gpt-4o`'),
  tags: z
    .record(z.string().max(200), z.unknown())
    .optional()
    .describe('Whose call it is, such as { "customer_id": "acme" }'),
  subjects: z
    .array(z.string().max(300))
    .max(20)
    .optional()
    .describe('The same as gateways write it: `user:…`, `team:…`, `virtualaccount:…`, `customer:…`'),
};

export const callFacts = z.strictObject(facts).describe('Whose call it is, and of which model');

const size = z
  .strictObject({
    input_tokens: count.optional().describe('The prompt, as a tokeniser counted it'),
    input_bytes: count
      .optional()
      .describe('Length of the messages in UTF-8, where nobody counted tokens; four bytes are taken for one'),
    max_tokens: count.optional().describe('What the request allows'),
    model_output_tokens_max: count.optional().describe('What the model can give at most'),
    history_output_tokens_p95: count.optional().describe('The 95th percentile of what such calls gave'),
  })
  .describe('How large the call may get');

const hold = z
  .strictObject({
    requests: count.optional(),
    tokens: count.optional().describe('Input and output together'),
    cost: money.optional(),
  })
  .describe('Amounts to hold that are known better than by an estimate, such as a grant for many calls');

export const decisionBody = z
  .strictObject({
    id: id.optional(),
    ...facts,
    size: size.optional(),
    hold: hold.optional(),
    locale: z.enum(LOCALES).optional().describe('Language of a refusal; else that of `Accept-Language`'),
  })
  .describe('A call that asks to be made');

export const explainBody = decisionBody.describe('A call about which to explain what would be decided');

const instant = z
  .string()
  .refine((text) => parseInstantUs(text) !== undefined, 'must be an instant with a zone, such as 2026-11-01T00:00:00Z');

const settledCall = z
  .strictObject({
    id,
    at: instant.optional().describe('When the call was made; now unless given'),
    requests: count.optional().describe('1 unless given'),
    tokens: count.optional().describe('Input and output together'),
    cost: money.optional(),
  })
  .describe('One call of a grant and what it used');

export const settleBody = z
  .strictObject({
    requests: count.optional().describe('1 unless a grant was held'),
    tokens: count.optional().describe('Input and output together; or give the two'),
    input_tokens: count.optional(),
    output_tokens: count.optional(),
    cost: money.optional(),
    call: callFacts.optional().describe('Whose call it was: counted so when nobody knows the reservation any more'),
    at: instant.optional().describe('When the call was made, for a reservation that nobody knows; now unless given'),
    calls: z
      .array(settledCall)
      .max(GRANT_CALLS_MAX)
      .optional()
      .describe(
        'The calls that a grant was held for: each is counted once, by its own id, and the grant is given back',
      ),
  })
  .refine(({ call, calls }) => calls === undefined || call !== undefined, {
    path: ['call'],
    message: 'is missing: say whose the calls are',
  })
  .refine(({ call: _, calls, ...own }) => calls === undefined || Object.keys(own).length === 0, {
    path: ['calls'],
    message: 'stand alone with `call`: what each of them used says what the grant used',
  })
  .describe('What the call used. What is left out counts as it was held');

export const extendBody = z
  .strictObject({
    lease_ms: z.int().min(1000).max(86_400_000).default(600_000).describe('Held for so long from now'),
  })
  .describe('A sign of life of a call that still runs');

const STATUS_SORTS = ['used_ratio', 'used', 'remaining', 'burn', 'projected', 'exhausts_at', 'bucket'] as const;
const STATUS_LIMIT_MAX = 1000;

export const statusParameters = z
  .strictObject({
    rule: z.string().max(200).optional().describe('Only budgets of this rule'),
    unit: z.enum(['requests', 'tokens', 'cost']).optional().describe('Only limits of this unit'),
    per: z
      .enum(Object.keys(BURN_WINDOWS) as [string, ...string[]])
      .optional()
      .describe('Only limits of this period'),
    has: z.string().max(200).optional().describe('Only budgets that are kept for each value of this dimension'),
    state: z
      .enum(['ok', 'at_risk', 'over_pace', 'alarm', 'exhausted'])
      .optional()
      .describe('Only budgets that stand so'),
    sort: z
      .enum(STATUS_SORTS)
      .default('used_ratio')
      .describe('Highest first; bucket, remaining and exhausts_at lowest first'),
    limit: z.coerce.number().int().min(1).max(STATUS_LIMIT_MAX).default(100).describe('Budgets on a page'),
    cursor: z
      .string()
      .regex(/^\d{1,6}$/, 'is not a cursor of this API')
      .optional()
      .describe('`next_cursor` of the page before'),
  })
  .describe('Which budgets');
