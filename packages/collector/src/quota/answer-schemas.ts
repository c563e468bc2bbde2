import { z } from 'zod';

/** What the quota API answers. The OpenAPI document is made from these, and tests hold real answers against them. */
const text = z.string();
const instant = z.string().describe('ISO 8601 instant, in the zone of the rule');
const amount = z
  .union([z.string(), z.int()])
  .describe('USD as a plain decimal string; tokens and requests as integers');
const bucket = z.record(text, text).describe('Whose: the values of the rule’s dimensions');

const limitState = z
  .strictObject({
    rule_id: text,
    unit: z.enum(['requests', 'tokens', 'cost']),
    per: text,
    window: z.enum(['sliding', 'calendar']),
    bucket,
    limit: amount,
    used: amount,
    reserved: amount,
    requested: amount.describe('What this call would hold back'),
    remaining: amount,
    resets_at: instant,
    timezone: text,
    window_id: text,
    effect: z.enum(['none', 'warns', 'audits', 'blocks']),
    on_exceed: text,
  })
  .describe('One limit as the decision found it')
  .meta({ id: 'LimitState' });

const uncertain = z
  .strictObject({ mode: z.enum(['open', 'degraded']), cause: text })
  .describe('The counters could not be reached, and the rule says to let it pass or to count here');

export const decisionAnswer = z
  .strictObject({
    id: text,
    decision: z.enum(['allow', 'deny']),
    reason: text.optional(),
    rule_id: text.optional(),
    downgrade_to: text.optional().describe('Another model to ask instead'),
    lease_ms: z.number().optional().describe('Held for so long; settle, or extend before'),
    uncertain: uncertain.optional(),
    retry_at: text.optional(),
    exceeded: z.array(limitState).describe('Every exceeded limit; those that block first'),
    limits: z.array(limitState).describe('Every limit that was looked at'),
  })
  .describe('May the call be made');

export const refusalAnswer = z
  .strictObject({
    type: text,
    title: text,
    status: z.int(),
    detail: text,
    reason: z.enum(['limit', 'trial_ended', 'unpriced', 'store_unreachable']),
    rule_id: text,
    'violated-policies': z.array(text).optional(),
    exceeded: z.array(limitState),
    resets_at: instant.optional(),
    retry_after: z.int().optional().describe('Seconds'),
    uncertain: text.optional(),
  })
  .describe('RFC 9457 problem: why the call must not be made');

export const settlementAnswer = z
  .strictObject({
    id: text,
    outcome: z
      .enum(['ended', 'repeated', 'unknown', 'recorded', 'deferred', 'held'])
      .describe(
        '`repeated`: it had ended before. `unknown`: no such reservation; its span will count. `deferred`: the store is away and will be told',
      ),
    was_expired: z.boolean().describe('The lease had run out; it is counted all the same'),
    calls: z
      .strictObject({ counted: z.int(), repeated: z.int(), deferred: z.int() })
      .optional()
      .describe('Of a grant: calls that count now, that had been counted before, and that the store will be told'),
  })
  .describe('What became of a reservation');

const burnRate = z.strictObject({
  window: text,
  rate: z.number().nullable().describe('1 uses the limit up exactly at its end'),
  remaining_rate: z.number().nullable().describe('The same against what remains'),
});

const budget = z
  .strictObject({
    rule_id: text,
    limit_id: text,
    unit: z.enum(['requests', 'tokens', 'cost']),
    per: text,
    mode: z.enum(['enforce', 'audit']),
    bucket,
    window: z.strictObject({ id: text, starts_at: instant.nullable(), resets_at: instant.nullable(), timezone: text }),
    limit: amount,
    used: amount,
    reserved: amount,
    remaining: amount,
    used_ratio: z.number().nullable(),
    pace_ratio: z.number().describe('What share of the limit is usually used by now'),
    state: z.enum(['ok', 'at_risk', 'over_pace', 'alarm', 'exhausted']),
    burn_rates: z.array(burnRate),
    projected: z
      .strictObject({ mid: amount, low: amount.nullable(), high: amount.nullable() })
      .nullable()
      .describe('Use at the end of the window; the range holds it four times in five'),
    overrun_probability: z.number().nullable(),
    exhausts_at: instant.nullable().describe('When it is used up at this rate; null when the window ends before'),
    alarms: z.array(z.strictObject({ window: text, factor: z.number(), severity: text })),
  })
  .describe('How one budget of one bucket stands')
  .meta({ id: 'Budget' });

export const statusAnswer = z
  .strictObject({
    at: text,
    configured: z.boolean().describe('Whether this collector keeps quotas; without, no budget is listed'),
    burn_at: text.nullable().describe('When recent use was last looked at'),
    budgets: z.array(budget),
    total: z.int().describe('Budgets that match'),
    not_shown: z.int().describe('Buckets beyond what can be looked through; those that used least'),
    next_cursor: text.nullable(),
  })
  .describe('How budgets stand, and how fast they are used');

export const explainAnswer = z
  .strictObject({
    evaluation: z.enum(['all', 'first']),
    differs: z.boolean().describe('The other evaluation would decide otherwise'),
    decisions: z.strictObject({ all: decisionAnswer, first: decisionAnswer }),
    rules: z.array(
      z.strictObject({
        rule_id: text,
        line: z.int(),
        matches: z.boolean(),
        because: z.array(z.record(text, z.unknown())).describe('What of the condition did not hold'),
        limits: z.array(limitState.extend({ after: amount })),
      }),
    ),
  })
  .describe('What would be decided, rule by rule, in both evaluations');

export const rulesAnswer = z
  .strictObject({
    version: text.describe('Hash of the files'),
    since: text,
    format: text,
    evaluation: z.enum(['all', 'first']),
    files: z.strictObject({ rules: text.nullable(), plans: text.nullable() }),
    store: z.enum(['memory', 'redis']).describe('Where the counters are'),
    refusal: text.nullable().describe('Why the files as they are now are not in force'),
    warnings: z.array(z.strictObject({ rule_id: text, line: z.int(), code: text, message: text })),
    rules: z.array(
      z.strictObject({
        id: text,
        line: z.int(),
        mode: z.enum(['enforce', 'audit']),
        applies_per: z.array(text),
        when: z.record(text, z.unknown()),
        limits: z.array(z.strictObject({ id: text, unit: text, amount, per: text, window: text })),
        overrides: z.int(),
        timezone: text,
        on_exceed: text,
        on_store_failure: text,
        unpriced: text,
        thresholds: z.array(z.number()),
        trial_ends: text.nullable(),
      }),
    ),
  })
  .describe('The rules in force');
