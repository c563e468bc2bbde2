import { GEN_AI, geminiInteractions, isObject, type JsonObject } from '@costspan/usage';
import { textField, textsOf } from '../../reading/text-fields.ts';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import type { Operation, Reading, StreamFold } from '../provider.ts';
import { generateContent } from './operations.ts';

const INTERACTION: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestTemperature, 'number', 'generation_config', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'generation_config', 'top_p'],
  [GEN_AI.requestMaxTokens, 'number', 'generation_config', 'max_output_tokens'],
  [GEN_AI.requestSeed, 'number', 'generation_config', 'seed'],
  [GEN_AI.requestReasoningLevel, 'string', 'generation_config', 'thinking_level'],
];

/** What is answered in the background has no usage yet, and none is invented. */
export const interaction: Operation = {
  ...generateContent,
  api: 'interactions',
  usage: geminiInteractions,
  requestAttributes: (params) => requestAttributes(params, INTERACTION),
  read: readInteraction,
  fold: interactionFold,
};

function readInteraction({ id, model, agent, status }: JsonObject): Reading {
  return {
    ...textField('id', id),
    ...textField('model', model ?? agent),
    finishReasons: UNFINISHED.has(status) ? [] : textsOf(status),
    ...(status === 'failed' ? { failure: 'interaction_failed' } : {}),
    attributes: {},
  };
}

const UNFINISHED = new Set<unknown>(['queued', 'in_progress', 'requires_continuation']);

/** Every hop of a continued stream ends with an interaction of its own and is billed: their counts are added. */
function interactionFold(): StreamFold {
  let latest: JsonObject | undefined;
  let usage: JsonObject | undefined;
  let isComplete = false;
  let failure: string | undefined;
  return {
    add(event) {
      const { interaction: said, event_type: type } = event;
      if (type === 'error') failure = 'stream_error';
      if (!isObject(said)) return;
      const { steps: _steps, ...facts } = said;
      latest = { ...latest, ...facts };
      if (type !== 'interaction.completed') return;
      if (isObject(said['usage'])) usage = usage === undefined ? said['usage'] : added(usage, said['usage']);
      isComplete = said['status'] !== 'requires_continuation';
    },
    isComplete: () => isComplete,
    failure: () => failure,
    body: () => (latest === undefined ? undefined : { ...latest, ...(usage === undefined ? {} : { usage }) }),
  };
}

/** Counts are added by name; lists of counts by modality are put one behind the other, and their reader adds them up. */
function added(one: JsonObject, other: JsonObject): JsonObject {
  const sum: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const before = sum[name];
    if (typeof value === 'number') sum[name] = value + (typeof before === 'number' ? before : 0);
    else if (Array.isArray(value)) sum[name] = [...(Array.isArray(before) ? before : []), ...value];
    else sum[name] ??= value;
  }
  return sum;
}
