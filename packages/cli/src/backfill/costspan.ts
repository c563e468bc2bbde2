import {
  type Finding,
  isObject,
  type JsonObject,
  OUTCOMES,
  type PricingContext,
  parseMeters,
  type UsageStatus,
} from '@costspan/usage';
import type { BackfillFormat, ReadRow } from './backfill-format.ts';
import { RowReader } from './engine/row-reader.ts';
import { textOf } from './engine/text-of.ts';

/**
 * Our own calls: the objects of `GET /api/v1/calls` and `GET /api/v1/calls/{id}`, one a line. They keep their ids, so calls
 * that the ledger already has change nothing. They are priced anew by the cards of the ledger they go to.
 */
export const costspan: BackfillFormat = {
  name: 'costspan',
  title: 'Costspan calls: the objects of GET /api/v1/calls/{id} as NDJSON, or pages of GET /api/v1/calls',
  tags: {},
  recognises: (record) => 'started_at' in record && 'usage_status' in record && 'id' in record,
  read: (record) => [readCall(record)],
};

const ID = /^([0-9a-f]{32})-([0-9a-f]{16})$/;
const USAGE_STATUSES: readonly UsageStatus[] = ['reported', 'estimated', 'unavailable'];

function readCall(record: JsonObject): ReadRow {
  const row = new RowReader(record);
  const id = ID.exec(row.text('id') ?? '');
  if (id === null) row.findings.push({ at: 'id', code: 'ID_INVALID', message: 'is not `<trace id>-<span id>`' });
  const startedAtUs = row.requiredInstantUs('started_at');
  const durationMs = record['duration_ms'];
  const usage = parseMeters(record['usage'] ?? {}, 'usage');
  const usageStatus = oneOf(row, 'usage_status', USAGE_STATUSES);
  const outcome = oneOf(row, 'outcome', OUTCOMES);
  const provider = row.text('provider');
  if (provider === undefined) row.findings.push({ at: 'provider', code: 'MISSING', message: 'is required' });
  const tags = tagsOf(record, row.findings);
  const amount = row.amount('cost');
  const stated = amount === undefined ? undefined : { amount, currency: row.text('currency') ?? 'USD' };
  const findings = [...row.findings, ...usage.findings];
  const [, traceId = '', spanId = ''] = id ?? [];
  if (
    id === null ||
    startedAtUs === undefined ||
    usageStatus === undefined ||
    outcome === undefined ||
    provider === undefined
  ) {
    return { at: '', findings };
  }
  const parentSpanId = row.text('parent_span_id');
  return {
    at: '',
    findings,
    call: {
      identity: [traceId, spanId],
      ids: { traceId, spanId, ...(parentSpanId === undefined ? {} : { parentSpanId }) },
      startedAtUs,
      durationUs: typeof durationMs === 'number' && durationMs > 0 ? Math.round(durationMs * 1000) : 0,
      provider,
      operation: row.text('operation') ?? 'unknown',
      ...present({
        requestModel: row.text('request_model'),
        responseModel: row.text('model'),
        responseId: row.text('response_id'),
        errorType: row.text('error_type'),
        serviceName: row.text('service'),
        conversationId: row.text('conversation_id'),
        promptId: row.text('prompt_id'),
        promptVersion: row.text('prompt_version'),
        agentName: row.text('agent'),
        workflowName: row.text('workflow'),
      }),
      ...firstChunk(record['time_to_first_chunk_ms']),
      ...numberAt('maxTokens', record['max_tokens']),
      ...numberAt('temperature', record['temperature']),
      meters: usageStatus === 'unavailable' ? {} : usage.meters,
      usageStatus,
      context: contextOf(record['context']),
      ...(stated === undefined ? {} : { sourceCost: stated }),
      ...(stated !== undefined && record['cost_status'] === 'provider_reported' ? { reportedCost: stated } : {}),
      outcome,
      fields: record,
      ownTags: tags,
    },
  };
}

function oneOf<T extends string>(row: RowReader, name: string, values: readonly T[]): T | undefined {
  const text = row.text(name);
  const value = values.find((each) => each === text);
  if (value === undefined) {
    row.findings.push({ at: name, code: 'VALUE_UNKNOWN', message: `"${text ?? ''}" is none of ${values.join(', ')}` });
  }
  return value;
}

function tagsOf(record: JsonObject, findings: Finding[]): Record<string, string> {
  const tags = record['tags'] ?? {};
  if (!isObject(tags)) {
    findings.push({ at: 'tags', code: 'TAGS_FORMAT', message: 'is not an object of key: text' });
    return {};
  }
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, textOf(value)]));
}

function contextOf(value: unknown): Omit<PricingContext, 'reported_cost'> {
  if (!isObject(value)) return {};
  const { service_tier: tier, batch, speed, region, prompt_tokens: prompt } = value;
  return {
    ...(typeof tier === 'string' ? { service_tier: tier } : {}),
    ...(typeof batch === 'boolean' ? { batch } : {}),
    ...(typeof speed === 'string' ? { speed } : {}),
    ...(typeof region === 'string' ? { region } : {}),
    ...(typeof prompt === 'number' ? { prompt_tokens: prompt } : {}),
  };
}

function numberAt<K extends string>(name: K, value: unknown): { readonly [P in K]?: number } {
  return (typeof value === 'number' ? { [name]: value } : {}) as { [P in K]?: number };
}

function firstChunk(ms: unknown): { readonly timeToFirstChunkUs?: number } {
  return typeof ms === 'number' && ms >= 0 ? { timeToFirstChunkUs: Math.round(ms * 1000) } : {};
}

function present<K extends string>(values: Readonly<Record<K, string | undefined>>): { readonly [P in K]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [P in K]?: string };
}
