import { isObject, type JsonObject, OTEL } from '@costspan/usage';
import type { Reading, StreamFold } from '../provider.ts';

export function readMessage(body: JsonObject): Reading {
  const { id, model, stop_reason: stopReason, usage } = body;
  const tier = isObject(usage) ? usage['service_tier'] : undefined;
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    finishReasons: typeof stopReason === 'string' ? [stopReason] : [],
    attributes: typeof tier === 'string' ? { [OTEL.anthropicResponseServiceTier]: tier } : {},
  };
}

/**
 * `message_start` holds the message with the usage so far; every `message_delta` has cumulative counts that replace the
 * earlier ones field by field, the input included. A stream that is cut keeps the counts that had arrived.
 * Source: Anthropic API reference, Streaming Messages, read 2026-11-20.
 */
export function messagesFold(): StreamFold {
  let message: JsonObject | undefined;
  let usage: JsonObject = {};
  let stopReason: unknown;
  let stopped = false;
  return {
    add(event) {
      switch (event['type']) {
        case 'message_start':
          if (!isObject(event['message'])) return;
          message = event['message'];
          usage = overlay(usage, message['usage']);
          return;
        case 'message_delta':
          usage = overlay(usage, event['usage']);
          if (isObject(event['delta'])) stopReason = event['delta']['stop_reason'] ?? stopReason;
          return;
        case 'message_stop':
          stopped = true;
      }
    },
    isComplete: () => stopped || typeof stopReason === 'string',
    body: () =>
      message === undefined
        ? undefined
        : { id: message['id'], model: message['model'], stop_reason: stopReason ?? message['stop_reason'], usage },
  };
}

/** Later values win; `null` says nothing. */
function overlay(earlier: JsonObject, later: unknown): JsonObject {
  if (!isObject(later)) return earlier;
  const merged: Record<string, unknown> = { ...earlier };
  for (const [field, value] of Object.entries(later)) {
    if (value !== null && value !== undefined) merged[field] = value;
  }
  return merged;
}
