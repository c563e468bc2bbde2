import { COST_STATUSES } from '@costspan/pricing';
import { attoFromInteger, type CallRecord, FIRST_CLASS_TAGS, METER_NAMES, OUTCOMES, sumMoney } from '@costspan/usage';
import fc from 'fast-check';
import { type Field, parseField, ROLL_UP_FIELDS } from '../query/fields.ts';
import { COMPARE_OPS, type Filter, TEXT_OPS } from '../query/filter.ts';
import { METRICS } from '../query/metrics.ts';
import { GRAINS, type UsageQuery, WEEK_STARTS } from '../query/usage-query.ts';
import { duckDbDialect } from './duckdb/duck-db-dialect.ts';
import { CONTEXT_KINDS, type ContextSpan, type LedgerCost, type PricedCall } from './ledger.ts';
import { metricSql } from './sql/metric-sql.ts';

/** Three weeks that hold the clock changes of the zones below. */
export const FROM_US = Date.UTC(2026, 2, 20) * 1000;
export const TO_US = Date.UTC(2026, 3, 10) * 1000;

/** Half and quarter hours, changes at midnight and by half an hour, both hemispheres. */
export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'America/Santiago',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
];

const hexDigits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

/** Few values, so that groups and ties arise; some that need care. */
const name = fc.constantFrom('acme', 'a longer name than twelve', 'Zoë 🚀', '(other)', '(untagged)', "o'hara; --", 'x');

const tags = fc.dictionary(fc.constantFrom(...FIRST_CLASS_TAGS, 'plan', 'cost', 'region_2'), name, { maxKeys: 6 });

const meters = fc.dictionary(fc.constantFrom(...METER_NAMES), fc.nat(1_000_000), { maxKeys: 6 }).chain((counts) =>
  fc
    .option(
      fc.nat(10_000_000).map((micros) => micros / 1_000_000),
      { nil: undefined },
    )
    .map((seconds) => {
      const { seconds: _, ...rest } = counts as Record<string, number>;
      return seconds === undefined ? rest : { ...rest, seconds };
    }),
);

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const amount = fc.bigInt(-(10n ** 20n), 10n ** 24n).map(attoFromInteger);

const line = fc.record(
  {
    meter: fc.constantFrom(...METER_NAMES),
    quantity: fc.nat(),
    counted: fc.nat(),
    rate: fc.constantFrom('0.15', '0.003625', '3'),
    per: fc.constantFrom(1, 1000, 1_000_000),
    multipliers: fc.array(fc.record({ name: fc.constantFrom('batch', 'fast "tier"'), factor: fc.constant('0.5') }), {
      minLength: 1,
      maxLength: 2,
    }),
    amount,
  },
  { requiredKeys: ['meter', 'quantity', 'rate', 'per', 'amount'] },
);

const cost: fc.Arbitrary<LedgerCost> = fc
  .record(
    {
      known: fc.boolean(),
      status: fc.constantFrom(...COST_STATUSES),
      lines: fc.array(line, { maxLength: 3 }),
      card: fc.constant({ provider: 'openai', model: 'gpt-4o', layer: 'base', version: 'sha256:0123' }),
      match: fc.constantFrom('exact' as const, 'alias' as const),
      reason: fc.constantFrom('model_unknown', 'rate_missing:web_searches'),
      currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
      list: amount,
      contracted: amount,
      resale: amount,
      native: fc.record(
        {
          currency: fc.constantFrom('CNY', 'EUR'),
          total: amount,
          fxRate: fc.constantFrom('0.1405', '1.08'),
          fxFromUs: fc.integer({ min: 0, max: TO_US }),
        },
        { requiredKeys: ['currency', 'total'] },
      ),
    },
    { requiredKeys: ['known', 'status', 'lines', 'currency'] },
  )
  .map(({ known, lines, ...rest }) =>
    known
      ? { ...rest, lines, total: sumMoney(lines.map((each) => each.amount)) }
      : { ...rest, lines: [], total: undefined },
  );

const call: fc.Arbitrary<CallRecord> = fc
  .record({
    traceId: hexDigits(32),
    spanId: hexDigits(16),
    parentSpanId: optional(hexDigits(16)),
    startedAtUs: fc.integer({ min: FROM_US, max: TO_US - 1 }),
    durationUs: fc.nat(60_000_000),
    provider: fc.constantFrom('openai', 'anthropic', 'azure.ai.openai'),
    operation: fc.constantFrom('chat', 'embeddings'),
    requestModel: optional(fc.constantFrom('gpt-4o', 'claude-sonnet-4-5')),
    responseModel: optional(fc.constantFrom('gpt-4o-2024-08-06', 'claude-sonnet-4-5-20250929')),
    responseId: optional(fc.string({ maxLength: 40 })),
    usage: fc.record({ meters, status: fc.constantFrom('reported' as const, 'estimated' as const) }),
    context: fc.constantFrom({}, { service_tier: 'flex' }, { batch: true, region: 'eu' }),
    outcome: fc.constantFrom(...OUTCOMES),
    errorType: optional(fc.constantFrom('429', 'timeout')),
    timeToFirstChunkUs: optional(fc.nat(1_000_000)),
    serviceName: optional(name),
    tags,
    dialect: optional(fc.constantFrom('otel-genai', 'costspan')),
    conversationId: optional(name),
    promptId: optional(name),
    promptVersion: optional(fc.constantFrom('1', '2')),
    agentName: optional(name),
    workflowName: optional(name),
    maxTokens: optional(fc.nat(100_000)),
    temperature: optional(fc.constantFrom(0, 0.7, 2)),
  })
  .map((whole) => Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as never);

export const pricedCall: fc.Arbitrary<PricedCall> = fc.record({ call, cost });

/** Batches with retries in them: calls come again, some with other contents under the same id. */
export const batches: fc.Arbitrary<PricedCall[][]> = fc
  .array(pricedCall, { minLength: 1, maxLength: 40 })
  .chain((calls) =>
    fc.array(
      fc.array(
        fc.tuple(fc.nat(calls.length - 1), optional(pricedCall)).map(([index, other]) => {
          const first = calls[index] as PricedCall;
          if (other === undefined) return first;
          const { traceId, spanId } = first.call;
          return { cost: other.cost, call: { ...other.call, traceId, spanId } };
        }),
        { maxLength: 30 },
      ),
      { minLength: 1, maxLength: 5 },
    ),
  );

/** Spans around calls: mostly in their traces and above them, some in circles or without a parent. */
export const contextSpans = (calls: readonly PricedCall[]): fc.Arbitrary<ContextSpan[]> => {
  const spanId = fc.nat(12).map((n) => (n + 1).toString(16).padStart(16, '0'));
  return fc.uniqueArray(
    fc
      .record({
        traceId: fc.constantFrom(...calls.map(({ call }) => call.traceId)),
        spanId: fc.oneof(spanId, fc.constantFrom(...calls.map(({ call }) => call.parentSpanId ?? '000000000000000f'))),
        parentSpanId: optional(spanId),
        startedAtUs: fc.integer({ min: FROM_US, max: FROM_US + 3 }),
        durationUs: fc.nat(1000),
        kind: fc.constantFrom(...CONTEXT_KINDS),
        operation: fc.constantFrom('invoke_agent', 'execute_tool'),
        name: optional(name),
        dialect: fc.constant('otel-genai'),
        outcome: fc.constantFrom(...OUTCOMES),
        serviceName: optional(name),
        conversationId: optional(name),
      })
      .map((whole) => Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as never),
    { selector: (span: ContextSpan) => `${span.traceId}-${span.spanId}`, maxLength: 12 },
  );
};

/** Batches of calls, and spans around them. */
export const traffic = batches.chain((sent) => {
  const calls = sent.flat();
  const contexts = calls.length === 0 ? fc.constant([]) : contextSpans(calls);
  return fc.record({ batches: fc.constant(sent), contexts });
});

const rolledUpField = fc.constantFrom(...ROLL_UP_FIELDS).map((text) => parseField(text) as Field);

const field = fc
  .constantFrom(
    'customer_id',
    'model',
    'cost_status',
    'service',
    'tag.customer_id',
    'plan',
    'tag.cost',
    'outcome',
    'user',
    'error_type',
    'dialect',
    'conversation_id',
    'prompt_version',
    'agent',
    'workflow',
    'currency',
    'card',
    'service_tier',
    'region',
  )
  .map((text) => parseField(text) as Field);

const condition: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    field,
    op: fc.constantFrom('in' as const, 'not_in' as const),
    values: fc.array(name, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ field, op: fc.constantFrom('exists' as const, 'not_exists' as const) }),
  fc
    .record({ field, op: fc.constantFrom(...TEXT_OPS), text: fc.constantFrom('a', 'A', '', 'x', 'Ë', 'gpt', '%') })
    .chain((filter) => fc.constantFrom<Filter>(filter, { ...filter, not: true })),
  fc.record({
    measure: fc.constantFrom(
      'cost' as const,
      'duration_ms' as const,
      'time_to_first_token_ms' as const,
      'seconds' as const,
      'images' as const,
      'input_tokens' as const,
    ),
    op: fc.constantFrom(...COMPARE_OPS),
    bound: fc.oneof(
      fc.bigInt(-(10n ** 20n), 10n ** 24n),
      fc.constant(0n),
      fc.nat(30_000).map((n) => BigInt(n) * 10n ** 18n),
    ),
  }),
  fc.record({
    measure: fc.constantFrom('cost' as const, 'images' as const),
    op: fc.constantFrom('exists' as const, 'not_exists' as const),
  }),
);

const parts = (inner: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> =>
  fc.oneof(
    { weight: 3, arbitrary: inner },
    { weight: 1, arbitrary: fc.record({ any: fc.array(inner, { minLength: 1, maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ all: fc.array(inner, { minLength: 1, maxLength: 3 }) }) },
  );

const DAY_US = 86_400_000_000;

export const usageQuery: fc.Arbitrary<UsageQuery> = fc
  .record({
    fromUs: fc.integer({ min: FROM_US, max: FROM_US + 5 * DAY_US }),
    toUs: fc.integer({ min: TO_US - 8 * DAY_US, max: TO_US }),
    timezone: fc.constantFrom(...ZONES),
    grain: fc.constantFrom(...GRAINS),
    weekStart: fc.constantFrom(...WEEK_STARTS),
    metrics: fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1, maxLength: 6 }),
    groupBy: fc.uniqueArray(field, { maxLength: 3, selector: ({ name: key }) => key }),
    filters: fc.array(parts(parts(condition)), { maxLength: 2 }),
    limit: fc.integer({ min: 1, max: 6 }),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    orderKind: fc.constantFrom('metric', 'group', 'time'),
    orderMetric: fc.constantFrom(...METRICS),
    /** A question on whole hours may be answered from sums by hour. */
    onHours: fc.boolean(),
    compareDays: optional(fc.integer({ min: 1, max: 12 })),
    fill: fc.constantFrom('none' as const, 'none' as const, 'zero' as const),
    skip: optional(fc.constantFrom(0, 2)),
  })
  .map(({ direction, orderKind, orderMetric, onHours, compareDays, fill, skip, ...query }) => {
    const group = query.groupBy[0]?.name;
    const orderName =
      orderKind === 'time' && query.grain !== 'none'
        ? 'time'
        : orderKind === 'group' && group !== undefined
          ? group
          : orderMetric;
    const hour = 3_600_000_000;
    const on = (us: number) => (onHours ? us - (us % hour) : us);
    const range = { fromUs: on(query.fromUs), toUs: on(query.toUs) };
    // Minutes of weeks would be more rows than an answer holds.
    const isFine = query.grain === 'minute';
    const compare = {
      fromUs: range.fromUs - (compareDays ?? 0) * DAY_US,
      toUs: range.fromUs + (compareDays ?? 0) * DAY_US,
    };
    return {
      ...query,
      ...range,
      ...(isFine ? { bucketMinutes: 5 } : {}),
      ...(compareDays === undefined ? {} : { compare }),
      ...(fill === 'none' || isFine ? {} : { fill }),
      ...(skip === undefined ? {} : { page: { skip } }),
      orderBy: { field: orderName, direction },
    };
  });

/** Questions that sums by hour can answer: whole hours and what the sums know. */
export const hourQuery: fc.Arbitrary<UsageQuery> = fc
  .record({
    fromUs: fc.integer({ min: 0, max: 5 * 24 }).map((hours) => FROM_US + hours * 3_600_000_000),
    toUs: fc.integer({ min: 0, max: 8 * 24 }).map((hours) => TO_US - hours * 3_600_000_000),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'America/Santiago', 'Asia/Beirut'),
    grain: fc.constantFrom(...GRAINS.filter((grain) => grain !== 'minute')),
    metrics: fc.uniqueArray(
      fc.constantFrom(...METRICS.filter((metric) => metricSql(metric, duckDbDialect).fromHours)),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    groupBy: fc.uniqueArray(rolledUpField, { maxLength: 3, selector: ({ name: key }) => key }),
    filters: fc.array(
      parts(
        fc.oneof(
          fc.record({
            field: rolledUpField,
            op: fc.constantFrom('in' as const, 'not_in' as const),
            values: fc.array(name, { minLength: 1, maxLength: 3 }),
          }),
          fc.record({ field: rolledUpField, op: fc.constantFrom('exists' as const, 'not_exists' as const) }),
        ),
      ),
      { maxLength: 2 },
    ),
    limit: fc.integer({ min: 1, max: 6 }),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    compareDays: optional(fc.integer({ min: 1, max: 12 })),
  })
  .map(({ direction, compareDays, ...query }) => ({
    ...query,
    ...(compareDays === undefined
      ? {}
      : { compare: { fromUs: query.fromUs - compareDays * DAY_US, toUs: query.fromUs + compareDays * DAY_US } }),
    orderBy: { field: query.metrics[0] as string, direction },
  }));
