import { extractUsage, type Finding, isObject, type JsonObject, type Meters, usageProvider } from '@costspan/usage';
import type { BackfillCall, BackfillFormat, ReadRow } from './backfill-format.ts';
import { plainDecimal } from './engine/plain-decimal.ts';
import { RowReader } from './engine/row-reader.ts';
import { litellmOperation } from './litellm-operations.ts';
import { requestTags } from './litellm-tags.ts';

/**
 * Rows of LiteLLM's table `LiteLLM_SpendLogs`, one per request: from its API (`/spend/logs`), or dumped from PostgreSQL as
 * JSON or CSV. Counts come from `metadata.usage_object`, else from the columns with `metadata.additional_usage_values`:
 * OpenAI's words whoever the host is, so cached tokens are part of `prompt_tokens`. `spend` is LiteLLM's own estimate and not
 * the provider's word.
 * Source: schema.prisma and proxy/spend_tracking/spend_tracking_utils.py of BerriAI/litellm, read 2026-11-23.
 */
export const litellm: BackfillFormat = {
  name: 'litellm',
  title: 'LiteLLM spend logs: rows of LiteLLM_SpendLogs as JSON, NDJSON or CSV',
  tags: {
    end_user: 'customer_id',
    team_id: 'team',
    user: 'user',
    organization_id: 'organization',
    'metadata.user_api_key_alias': 'virtual_account',
    'metadata.user_api_key_project_id': 'project',
  },
  recognises: (record) =>
    'request_id' in record && 'startTime' in record && ('spend' in record || 'call_type' in record),
  read: (record) => [readSpendLog(record)],
};

const FROM_CACHE = "answered from LiteLLM's own cache: no provider was called";

function readSpendLog(record: JsonObject): ReadRow {
  const row = new RowReader(record);
  const id = row.text('request_id');
  if (id === undefined) row.findings.push({ at: 'request_id', code: 'MISSING', message: 'is required' });
  const startedAtUs = row.requiredInstantUs('startTime');
  const endedAtUs = row.instantUs('endTime');
  const metadata = row.object('metadata') ?? {};
  const operation = litellmOperation(row.text('call_type'));
  const skipped = row.text('cache_hit')?.toLowerCase() === 'true' ? FROM_CACHE : operation.leftOut;
  if (skipped !== undefined && startedAtUs !== undefined) return { at: '', leftOut: skipped, findings: [] };

  const provider = providerOf(row);
  const counts = countsOf(row, metadata, provider.litellm);
  const isFailed = (row.text('status') ?? textIn(metadata, 'status')) === 'failure';
  const model = modelOf(row.text('model'), provider.litellm);
  if (model === undefined && counts.isEmpty && !isFailed) {
    return { at: '', leftOut: 'names no model and counts no tokens', findings: row.findings };
  }
  const spend = row.amount('spend');
  const findings = [...row.findings, ...counts.findings];
  if (id === undefined || startedAtUs === undefined) return { at: '', findings };
  return {
    at: '',
    findings,
    call: {
      identity: [id],
      startedAtUs,
      durationUs: Math.max(0, (endedAtUs ?? startedAtUs) - startedAtUs),
      provider: provider.name,
      operation: operation.name,
      ...(model === undefined ? {} : { requestModel: model }),
      ...servedModel(metadata, provider.name),
      ...(/^(?:chatcmpl|resp|msg|gen)[-_]/.test(id) ? { responseId: id } : {}),
      meters: counts.meters,
      usageStatus: counts.isEmpty ? 'unavailable' : 'reported',
      context: { ...counts.context, ...(operation.batch === true ? { batch: true } : {}) },
      ...(counts.cost === undefined ? {} : { reportedCost: { amount: counts.cost, currency: 'USD' } }),
      ...(spend === undefined ? {} : { sourceCost: { amount: spend, currency: 'USD' } }),
      outcome: isFailed ? 'error' : 'ok',
      ...(isFailed ? { errorType: errorType(metadata) } : {}),
      ...firstChunk(row, startedAtUs, endedAtUs),
      ...conversation(row),
      fields: { ...record, metadata },
      ownTags: requestTags(row.json('request_tags')),
    },
  };
}

/** Hosts that LiteLLM names in ways nobody else does. */
const HOSTS: Readonly<Record<string, string>> = {
  anthropic_text: 'anthropic',
  azure_text: 'azure',
  cohere_chat: 'cohere',
  'text-completion-openai': 'openai',
  'text-completion-codestral': 'mistral',
  codestral: 'mistral',
  vertex_ai_beta: 'vertex_ai',
};

/** The host as LiteLLM spells it, and its `gen_ai.provider.name`. Old rows only have it before the slash of the model. */
function providerOf(row: RowReader): { readonly litellm: string; readonly name: string } {
  const stated = row.text('custom_llm_provider');
  const [prefix = '', rest] = (row.text('model') ?? '').split('/', 2);
  const litellm = stated ?? (rest === undefined ? '' : prefix);
  return { litellm, name: litellm === '' ? 'unknown' : usageProvider(HOSTS[litellm] ?? litellm) };
}

/** LiteLLM may write the host before the model: `openai/gpt-4o`. Other slashes belong to the name. */
function modelOf(model: string | undefined, provider: string): string | undefined {
  return provider !== '' && model?.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model;
}

/** Azure's model is the name of a deployment; the model behind it is the one whose price LiteLLM took. */
function servedModel(metadata: JsonObject, provider: string): Pick<BackfillCall, 'responseModel'> {
  if (!provider.startsWith('azure.')) return {};
  const information = metadata['model_map_information'];
  const key = isObject(information) && isObject(information['model_map_value']) && information['model_map_key'];
  return typeof key === 'string' && key !== '' ? { responseModel: key.slice(key.lastIndexOf('/') + 1) } : {};
}

interface SpendLogCounts {
  readonly meters: Meters;
  readonly isEmpty: boolean;
  readonly context: { readonly service_tier?: string; readonly speed?: string; readonly region?: string };
  /** Only OpenRouter states its charge in the usage object that LiteLLM keeps. */
  readonly cost: string | undefined;
  readonly findings: readonly Finding[];
}

function countsOf(row: RowReader, metadata: JsonObject, provider: string): SpendLogCounts {
  const columns = {
    prompt_tokens: row.count('prompt_tokens'),
    completion_tokens: row.count('completion_tokens'),
    total_tokens: row.count('total_tokens'),
  };
  const kept = metadata['usage_object'];
  const additional = metadata['additional_usage_values'];
  const usage = isObject(kept) ? kept : { ...(isObject(additional) ? additional : {}), ...columns };
  const pages = usage['pages_processed'];
  if (typeof pages === 'number' && pages > 0) return counted({ pages });
  const { usage: extracted, context, findings } = extractUsage({ provider: 'litellm', body: { usage } });
  // The columns are 0 where nothing was counted, so nothing but zeros is no report.
  const isEmpty = !Object.values(extracted.meters).some((count) => count > 0);
  const { service_tier: tier, speed, region } = context;
  return {
    meters: isEmpty ? {} : extracted.meters,
    isEmpty,
    context: {
      ...(tier === undefined ? {} : { service_tier: tier }),
      ...(speed === undefined ? {} : { speed }),
      ...(region === undefined ? {} : { region }),
    },
    cost: provider === 'openrouter' ? plainDecimal(usage['cost']) : undefined,
    // Counts that contradict each other are sent as they are: the collector says so at the call.
    findings: isEmpty ? [] : findings.filter(({ code }) => code === 'COUNT_INVALID'),
  };
}

function counted(meters: Meters): SpendLogCounts {
  return { meters, isEmpty: false, context: {}, cost: undefined, findings: [] };
}

function errorType(metadata: JsonObject): string {
  const information = metadata['error_information'];
  if (!isObject(information)) return 'unknown';
  return textIn(information, 'error_class') ?? textIn(information, 'error_code') ?? 'unknown';
}

/** LiteLLM repeats the end where an answer was not streamed. */
function firstChunk(row: RowReader, startedAtUs: number, endedAtUs: number | undefined) {
  const atUs = row.instantUs('completionStartTime');
  return atUs === undefined || atUs === endedAtUs || atUs < startedAtUs
    ? {}
    : { timeToFirstChunkUs: atUs - startedAtUs };
}

function conversation(row: RowReader): Pick<BackfillCall, 'conversationId'> {
  const id = row.text('session_id');
  return id === undefined ? {} : { conversationId: id };
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
