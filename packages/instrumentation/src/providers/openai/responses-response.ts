import { isObject, type JsonObject, OTEL } from '@costspan/usage';
import type { Reading, StreamFold } from '../provider.ts';

/** A Responses body. Its finish reason is its final status, or what made it incomplete. */
export function readResponses(body: JsonObject): Reading {
  const { id, model, status, service_tier: tier } = body;
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    finishReasons: finishReasons(body),
    attributes: typeof tier === 'string' ? { [OTEL.openaiResponseServiceTier]: tier } : {},
    ...(status === 'failed' ? { failure: failureCode(body['error']) } : {}),
  };
}

/** Events that carry the response as it finally is. Usage is only in these. */
const TERMINAL = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);

/** The snapshot of the newest event that has one. */
export function responsesFold(): StreamFold {
  let snapshot: JsonObject | undefined;
  let complete = false;
  return {
    add(event) {
      const response = event['response'];
      if (!isObject(response)) return;
      snapshot = response;
      complete = typeof event['type'] === 'string' && TERMINAL.has(event['type']);
    },
    isComplete: () => complete,
    body: () => snapshot,
  };
}

function finishReasons(body: JsonObject): string[] {
  const { status, incomplete_details: details } = body;
  if (status === 'incomplete' && isObject(details) && typeof details['reason'] === 'string') return [details['reason']];
  return typeof status === 'string' && FINAL_STATUSES.has(status) ? [status] : [];
}

const FINAL_STATUSES = new Set(['completed', 'incomplete', 'failed', 'cancelled']);

function failureCode(error: unknown): string {
  return isObject(error) && typeof error['code'] === 'string' ? error['code'] : 'response_failed';
}
