import type { ReadCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import { isObject, type JsonObject, objectsOf } from './json-object.ts';

/**
 * Tools that the provider ran inside a response and bills apart. They are not in `usage`: newer bodies count searches in
 * `tool_usage`, and every body lists the calls in `output`. Code runs in containers that are billed by the minute and outlive
 * a response, so only the number of runs is known here; what they cost is not in any body.
 * Source: OpenAI API reference, Responses output items and tool prices, read 2026-11-23.
 */
export function hostedTools(answer: JsonObject, read: CountReader): ReadCounts {
  const output = objectsOf(answer['output']);
  return {
    web_searches: read.count(answer, 'tool_usage', 'web_search', 'num_requests') ?? some(output, isSearch),
    file_searches: some(output, (item) => item['type'] === 'file_search_call'),
    code_executions: some(output, isHostedRun),
  };
}

/** How many items are such calls; absent when none is, because a body without them says nothing about them. */
function some(items: readonly JsonObject[], is: (item: JsonObject) => boolean): number | undefined {
  const count = items.filter(is).length;
  return count === 0 ? undefined : count;
}

/** A search the model ran. Opening a page or finding in it is not billed as a search. */
function isSearch(item: JsonObject): boolean {
  if (item['type'] !== 'web_search_call') return false;
  return !isObject(item['action']) || item['action']['type'] === 'search';
}

/** Code that ran in the provider's container, not on the customer's machine. */
function isHostedRun(item: JsonObject): boolean {
  if (item['type'] === 'code_interpreter_call') return true;
  const environment = item['environment'];
  if (item['type'] !== 'shell_call' || !isObject(environment)) return false;
  return typeof environment['type'] === 'string' && environment['type'].startsWith('container');
}
