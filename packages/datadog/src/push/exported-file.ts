import type { JsonObject } from '../lint/finding.ts';
import { widgetPlaces } from './widget-places.ts';

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

/** What Datadog has, as a file that can be kept: without its ids and dates, keys in order. */
export function exportedFile(json: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(widgetPlaces(json))
      .filter(([key, value]) => !READ_ONLY.includes(key) && value !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
