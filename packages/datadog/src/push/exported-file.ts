import { isJsonObject, type Json, type JsonObject } from '../lint/finding.ts';

/** Keys that only Datadog writes. */
const READ_ONLY = [
  'id',
  'url',
  'author_handle',
  'author_name',
  'created',
  'created_at',
  'creator',
  'deleted',
  'matching_downtimes',
  'modified',
  'modified_at',
  'multi',
  'org_id',
  'overall_state',
  'overall_state_modified',
  'state',
];

/** What Datadog has, as a file that can be kept: without ids and dates, keys in order. */
export function exportedFile(json: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(json)
      .filter(([key, value]) => !READ_ONLY.includes(key) && value !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, key === 'widgets' ? withoutIds(value) : value]),
  );
}

function withoutIds(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutIds);
  if (!isJsonObject(value)) return value;
  const isWidget = 'definition' in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !(isWidget && key === 'id'))
      .map(([key, item]) => [key, withoutIds(item)]),
  );
}
