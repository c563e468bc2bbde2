import { definedMeters, isObject, type JsonObject, type ReadCounts } from '@costspan/usage';
import type { BackfillFormat, ReadContext, ReadRow } from './backfill-format.ts';
import { bucketOf, NOT_OVER } from './engine/bucket.ts';
import { Occurrences } from './engine/occurrences.ts';
import { RowReader } from './engine/row-reader.ts';
import { textOf } from './engine/text-of.ts';

/**
 * Usage exports of an OpenAI organization: pages of `/v1/organization/usage/*` as the API answers them, and the CSV files of
 * the usage page, whose columns have the same names. Every row is the sum of a bucket.
 * Source: openai-node 6 `admin.organization.usage`, and completions_usage CSV files as published by users; read 2026-11-23.
 */
export const openai: BackfillFormat = {
  name: 'openai',
  title: 'OpenAI organization usage: pages of /v1/organization/usage/* or the usage page’s CSV',
  tags: { user_id: 'user', project_id: 'project', api_key_id: 'virtual_account' },
  recognises: (record) =>
    'start_time' in record &&
    'end_time' in record &&
    ('results' in record || 'project_id' in record || 'start_time_iso' in record),
  read: (record, context) => {
    const results = record['results'];
    if (!Array.isArray(results))
      return [readResult(record, record, kindOfColumns(record), '', context, context.occurrences)];
    // Two results of one bucket may be alike in every group; across buckets they are not, whatever page they are on.
    const occurrences = new Occurrences();
    return results.map((result, index) =>
      isObject(result)
        ? readResult(record, result, textOf(result['object']), `results[${index}]`, context, occurrences)
        : { at: `results[${index}]`, findings: [{ at: 'result', code: 'TYPE', message: 'is not an object' }] },
    );
  },
};

interface Kind {
  readonly operation: string;
  readonly meters: (row: RowReader) => ReadCounts;
}

const completions: Kind = {
  operation: 'chat',
  meters: (row) => {
    // `input_audio_tokens` counts what was not cached since there is a count of what was; before, it counted both.
    const whole = (modality: string) => {
      const fresh = row.count(`input_${modality}_tokens`);
      const cached = row.count(`input_cached_${modality}_tokens`);
      return fresh === undefined ? undefined : fresh + (cached ?? 0);
    };
    return {
      input_tokens: row.count('input_tokens'),
      output_tokens: row.count('output_tokens'),
      cache_read_tokens: row.count('input_cached_tokens'),
      cache_write_tokens: row.count('input_cache_write_tokens'),
      cache_write_30m_tokens: row.count('input_cache_write_30m_tokens'),
      cache_write_12h_tokens: row.count('input_cache_write_12h_tokens'),
      input_audio_tokens: whole('audio'),
      input_image_tokens: whole('image'),
      cache_audio_read_tokens: row.count('input_cached_audio_tokens'),
      cache_image_read_tokens: row.count('input_cached_image_tokens'),
      output_audio_tokens: row.count('output_audio_tokens'),
      output_image_tokens: row.count('output_image_tokens'),
      requests: row.count('num_model_requests'),
    };
  },
};

const inputOnly = (operation: string): Kind => ({
  operation,
  meters: (row) => ({ input_tokens: row.count('input_tokens'), requests: row.count('num_model_requests') }),
});

const KINDS: Readonly<Record<string, Kind>> = {
  completions,
  embeddings: inputOnly('embeddings'),
  moderations: inputOnly('moderation'),
  images: {
    operation: 'image_generation',
    meters: (row) => ({ images: row.count('images'), requests: row.count('num_model_requests') }),
  },
  audio_speeches: {
    operation: 'speech',
    meters: (row) => ({ input_characters: row.count('characters'), requests: row.count('num_model_requests') }),
  },
  audio_transcriptions: {
    operation: 'transcription',
    meters: (row) => ({ seconds: row.count('seconds', 'seconds'), requests: row.count('num_model_requests') }),
  },
  code_interpreter_sessions: {
    operation: 'code_interpreter',
    meters: (row) => ({ sessions: row.count('num_sessions') }),
  },
  // The model requests around these searches are rows of the completions export.
  file_searches: { operation: 'file_search', meters: (row) => ({ file_searches: row.count('num_requests') }) },
  web_searches: { operation: 'web_search', meters: (row) => ({ web_searches: row.count('num_requests') }) },
};

const LEFT_OUT: Readonly<Record<string, string>> = {
  vector_stores: 'storage of vector stores: bytes, not calls',
  costs: 'a cost export: the bill itself, whose usage is in the usage exports',
};

/** Everything an export can be grouped by: what makes a row of a bucket itself. */
const GROUPS = [
  'project_id',
  'user_id',
  'api_key_id',
  'model',
  'batch',
  'service_tier',
  'api_source',
  'size',
  'source',
  'vector_store_id',
  'context_level',
] as const;

function readResult(
  bucketRecord: JsonObject,
  result: JsonObject,
  object: string,
  at: string,
  context: ReadContext,
  occurrences: Occurrences,
): ReadRow {
  const name = /^organization\.(?:usage\.)?([a-z_]+)\.result$/.exec(object)?.[1] ?? object;
  const row = new RowReader(result);
  const bucket = bucketOf(new RowReader(bucketRecord), 'start_time', 'end_time', context.nowMs);
  if (bucket.kind === 'unreadable') return { at, findings: bucket.findings };
  const leftOut = LEFT_OUT[name];
  if (leftOut !== undefined) return { at, leftOut, findings: [] };
  if (bucket.kind === 'not-over') return { at, leftOut: NOT_OVER, findings: [] };
  const kind = KINDS[name];
  if (kind === undefined) return { at, leftOut: `results of a kind this version does not know: ${name}`, findings: [] };
  const meters = definedMeters(kind.meters(row));
  if (Object.keys(meters).length === 0 && row.findings.length === 0) {
    return { at, leftOut: 'a bucket without usage', findings: [] };
  }
  const groups = GROUPS.map((group) => textOf(result[group]).toLowerCase());
  const identity = [name, String(bucket.startUs), String(bucket.endUs), ...groups];
  const tier = row.text('service_tier');
  const model = row.text('model');
  const isBatch = row.flag('batch');
  return {
    at,
    findings: row.findings,
    call: {
      identity: [...identity, String(occurrences.next(identity.join('\n')))],
      startedAtUs: bucket.startUs,
      durationUs: 0,
      bucket: bucket.width,
      provider: 'openai',
      operation: row.text('source') === 'image.edit' ? 'image_edit' : kind.operation,
      ...(model === undefined ? {} : { requestModel: model, responseModel: model }),
      meters,
      usageStatus: Object.keys(meters).length === 0 ? 'unavailable' : 'reported',
      context: {
        ...(tier === undefined ? {} : { service_tier: tier }),
        ...(isBatch === undefined ? {} : { batch: isBatch }),
        ...averagePrompt(meters.input_tokens, meters.requests),
      },
      outcome: 'ok',
      fields: result,
    },
  };
}

/** The price of a long prompt is that of one prompt; of a sum of many, the average is the best there is to go by. */
function averagePrompt(tokens: number | undefined, requests: number | undefined) {
  return tokens === undefined || requests === undefined || requests === 0
    ? {}
    : { prompt_tokens: Math.ceil(tokens / requests) };
}

/** A CSV row does not say what it counts; its columns do. */
function kindOfColumns(record: JsonObject): string {
  if ('amount_value' in record || 'amount' in record) return 'costs';
  if ('output_tokens' in record) return 'completions';
  if ('images' in record) return 'images';
  if ('characters' in record) return 'audio_speeches';
  if ('seconds' in record) return 'audio_transcriptions';
  if ('num_sessions' in record) return 'code_interpreter_sessions';
  if ('usage_bytes' in record) return 'vector_stores';
  if ('vector_store_id' in record) return 'file_searches';
  if ('num_requests' in record) return 'web_searches';
  return /moderation/.test(String(record['model'] ?? '')) ? 'moderations' : 'embeddings';
}
