import { COUNT_MAX, definedMeters, isObject, type JsonObject } from '@costspan/usage';
import type { BackfillFormat, ReadContext, ReadRow } from './backfill-format.ts';
import { bucketOf, NOT_OVER } from './engine/bucket.ts';
import { Occurrences } from './engine/occurrences.ts';
import { RowReader } from './engine/row-reader.ts';

/**
 * Usage exports of an Anthropic organization: pages of `/v1/organizations/usage_report/messages`, and the CSV file of the
 * Console's usage page. Every row is the sum of a bucket, and its input leaves out the cache. Neither counts requests.
 * Source: Anthropic Admin API reference, Get Messages Usage Report; header of the Console's CSV; read 2026-11-23.
 */
export const anthropic: BackfillFormat = {
  name: 'anthropic',
  title: 'Anthropic usage: pages of /v1/organizations/usage_report/messages or the Console’s CSV',
  tags: {
    account_id: 'user',
    workspace_id: 'workspace',
    workspace: 'workspace',
    api_key_id: 'virtual_account',
    api_key: 'virtual_account',
    service_account_id: 'service_account',
  },
  recognises: (record) => ('starting_at' in record && 'results' in record) || 'usage_date_utc' in record,
  read: (record, context) => {
    const results = record['results'];
    if (!Array.isArray(results)) return [readCsvRow(record, context)];
    const occurrences = new Occurrences();
    return results.map((result, index) => {
      const at = `results[${index}]`;
      return isObject(result)
        ? readResult(record, result, at, context, occurrences)
        : { at, findings: [{ at: 'result', code: 'TYPE', message: 'is not an object' }] };
    });
  },
};

const COSTS = 'a cost report: the bill itself, whose usage is in the usage report';
const EMPTY = 'a bucket without usage';

function readResult(
  bucketRecord: JsonObject,
  result: JsonObject,
  at: string,
  context: ReadContext,
  occurrences: Occurrences,
): ReadRow {
  if ('amount' in result) return { at, leftOut: COSTS, findings: [] };
  const row = new RowReader(result);
  const cache = new RowReader(row.object('cache_creation') ?? {});
  const tools = new RowReader(row.object('server_tool_use') ?? {});
  const counts: Counts = {
    fresh: row.count('uncached_input_tokens'),
    read: row.count('cache_read_input_tokens'),
    written5m: cache.count('ephemeral_5m_input_tokens'),
    written1h: cache.count('ephemeral_1h_input_tokens'),
    output: row.count('output_tokens'),
    searches: tools.count('web_search_requests'),
  };
  const groups: Groups = {
    model: row.text('model'),
    key: row.text('api_key_id'),
    workspace: row.text('workspace_id'),
    account: row.text('account_id') ?? row.text('service_account_id'),
    tier: row.text('service_tier'),
    window: row.text('context_window'),
    geo: row.text('inference_geo'),
    speed: row.text('speed'),
  };
  const findings = [...row.findings, ...cache.findings, ...tools.findings];
  const bucket = bucketOf(new RowReader(bucketRecord), 'starting_at', 'ending_at', context.nowMs);
  return rowOf(bucket, counts, groups, findings, result, at, occurrences);
}

function readCsvRow(record: JsonObject, context: ReadContext): ReadRow {
  const row = new RowReader(record);
  const counts: Counts = {
    fresh: row.count('usage_input_tokens_no_cache'),
    read: row.count('usage_input_tokens_cache_read'),
    // Before lifetimes were told apart there was one column.
    written: row.count('usage_input_tokens_cache_write'),
    written5m: row.count('usage_input_tokens_cache_write_5m'),
    written1h: row.count('usage_input_tokens_cache_write_1h'),
    output: row.count('usage_output_tokens'),
    searches: row.count('web_search_count'),
  };
  const groups: Groups = {
    model: row.text('model_version'),
    key: row.text('api_key'),
    workspace: row.text('workspace'),
    account: undefined,
    tier: row.text('usage_type'),
    window: row.text('context_window'),
    geo: row.text('inference_geo'),
    speed: row.text('speed'),
  };
  const startUs = row.requiredInstantUs('usage_date_utc');
  if (startUs === undefined) return { at: '', findings: row.findings };
  const day = { starts: startUs / 1e6, ends: startUs / 1e6 + 86_400 };
  const bucket = bucketOf(new RowReader(day), 'starts', 'ends', context.nowMs);
  return rowOf(bucket, counts, groups, row.findings, record, '', context.occurrences);
}

interface Counts {
  readonly fresh: number | undefined;
  readonly read: number | undefined;
  readonly written?: number | undefined;
  readonly written5m: number | undefined;
  readonly written1h: number | undefined;
  readonly output: number | undefined;
  readonly searches: number | undefined;
}

type Groups = Readonly<
  Record<'model' | 'key' | 'workspace' | 'account' | 'tier' | 'window' | 'geo' | 'speed', string | undefined>
>;

function rowOf(
  bucket: ReturnType<typeof bucketOf>,
  counts: Counts,
  groups: Groups,
  findings: ReadRow['findings'],
  fields: JsonObject,
  at: string,
  occurrences: Occurrences,
): ReadRow {
  if (bucket.kind === 'unreadable') return { at, findings: [...findings, ...bucket.findings] };
  if (bucket.kind === 'not-over') return { at, leftOut: NOT_OVER, findings: [] };
  const written = sum(counts.written, counts.written5m, counts.written1h);
  const meters = definedMeters({
    input_tokens: sum(counts.fresh, counts.read, written),
    output_tokens: counts.output,
    cache_read_tokens: counts.read,
    cache_write_tokens: written,
    cache_write_5m_tokens: counts.written5m,
    cache_write_1h_tokens: counts.written1h,
    web_searches: counts.searches,
  });
  const over = Object.keys(meters).filter((name) => Number(meters[name as keyof typeof meters]) > COUNT_MAX);
  if (over.length > 0) {
    const message = `the parts add up to more than ${COUNT_MAX}, which no row of an export does`;
    return { at, findings: [...findings, ...over.map((name) => ({ at: name, code: 'COUNT_INVALID', message }))] };
  }
  const isEmpty = !Object.values(meters).some((count) => count > 0);
  if (isEmpty && findings.length === 0) return { at, leftOut: EMPTY, findings: [] };
  const { model, tier, geo, speed } = groups;
  const identity = [String(bucket.startUs), String(bucket.endUs), ...Object.values(groups).map((group) => group ?? '')];
  return {
    at,
    findings,
    call: {
      identity: [...identity, String(occurrences.next(identity.join('\n')))],
      startedAtUs: bucket.startUs,
      durationUs: 0,
      bucket: bucket.width,
      provider: 'anthropic',
      operation: 'chat',
      ...(model === undefined ? {} : { requestModel: model, responseModel: model }),
      meters,
      usageStatus: isEmpty ? 'unavailable' : 'reported',
      context: {
        ...(tier === undefined ? {} : tier === 'batch' ? { batch: true } : { service_tier: tier }),
        ...(speed === undefined ? {} : { speed }),
        ...(geo === undefined || geo === 'not_available' ? {} : { region: geo }),
        ...promptSize(groups.window),
      },
      outcome: 'ok',
      fields,
    },
  };
}

/** `0-200k` and `≤ 200k` are the plain price, `200k-1M` and `> 200k` that of long prompts. */
function promptSize(window: string | undefined): { readonly prompt_tokens?: number } {
  if (window === undefined) return {};
  return { prompt_tokens: /^(?:0-|≤|<)/.test(window) ? 200_000 : 200_001 };
}

function sum(...counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
}
