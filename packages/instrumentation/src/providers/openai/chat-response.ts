import { isObject, type JsonObject, OTEL } from '@costspan/usage';
import type { Reading, StreamFold } from '../provider.ts';

/** Chat completions, legacy completions and embeddings: the bodies that carry `usage` with `prompt_tokens`. */
export function readChat(body: JsonObject): Reading {
  const choices = Array.isArray(body['choices']) ? body['choices'] : [];
  const finishReasons: string[] = [];
  for (const choice of choices) {
    if (isObject(choice) && typeof choice['finish_reason'] === 'string') finishReasons.push(choice['finish_reason']);
  }
  const { id, model, service_tier: tier, system_fingerprint: fingerprint } = body;
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    finishReasons,
    attributes: {
      ...(typeof tier === 'string' ? { [OTEL.openaiResponseServiceTier]: tier } : {}),
      ...(typeof fingerprint === 'string' ? { [OTEL.openaiResponseSystemFingerprint]: fingerprint } : {}),
    },
  };
}

/** The fields of a chunk that a whole body has at its top. */
const HEAD = ['id', 'model', 'service_tier', 'system_fingerprint'] as const;

/**
 * Every choice finishes by itself; usage comes last, in a chunk of its own or with the last choice. The top fields repeat
 * in every chunk, so they are read where something else is new: at the first chunk that has a model, and at the end.
 */
export function chatFold(): StreamFold {
  const head: Record<string, unknown> = {};
  const finishReasons = new Map<unknown, string | undefined>();
  let usage: JsonObject | undefined;
  let seen = false;
  const readHead = (chunk: JsonObject): void => {
    for (const field of HEAD) {
      const value = chunk[field];
      // Azure's first chunk, which holds filter results only, has empty texts here.
      if (typeof value === 'string' && value !== '') head[field] = value;
    }
  };
  return {
    add(chunk) {
      seen = true;
      if (head['model'] === undefined) readHead(chunk);
      const reported = chunk['usage'] ?? groqUsage(chunk);
      if (isObject(reported)) {
        usage = reported;
        readHead(chunk);
      }
      const choices = chunk['choices'];
      if (!Array.isArray(choices)) return;
      for (const choice of choices) {
        if (!isObject(choice)) continue;
        const { index, finish_reason: reason } = choice;
        if (typeof reason === 'string') {
          finishReasons.set(index, reason);
          readHead(chunk);
        } else if (!finishReasons.has(index)) {
          finishReasons.set(index, undefined);
        }
      }
    },
    isComplete: () => finishReasons.size > 0 && [...finishReasons.values()].every((reason) => reason !== undefined),
    body: () =>
      seen
        ? {
            ...head,
            choices: [...finishReasons.values()].map((reason) => ({ finish_reason: reason })),
            ...(usage === undefined ? {} : { usage }),
          }
        : undefined,
  };
}

/** Groq's streams keep the usage of the last chunk in a field of its own. */
function groqUsage({ x_groq: groq }: JsonObject): unknown {
  return isObject(groq) ? groq['usage'] : undefined;
}
