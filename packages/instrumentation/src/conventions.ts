import { GEN_AI, GEN_AI_SCHEMA_URL } from '@costspan/usage';
import type { Attributes } from '@opentelemetry/api';

/**
 * Which generation of the GenAI conventions spans and metrics are written in: `latest` (their own repository, October 2026),
 * `v1_41` (the last that OpenTelemetry's own repository had), or `both` names where they differ.
 */
export const CONVENTIONS = ['latest', 'v1_41', 'both'] as const;
export type Conventions = (typeof CONVENTIONS)[number];

const SCHEMA_1_41 = 'https://opentelemetry.io/schemas/1.41.0';

export function schemaUrlOf(conventions: Conventions): string {
  return conventions === 'v1_41' ? SCHEMA_1_41 : GEN_AI_SCHEMA_URL;
}

/** Names of version 1.41 that have another one now. Source: semantic-conventions-genai#440. */
const OLDER: ReadonlyMap<string, string> = new Map([
  [GEN_AI.usageCacheWriteInputTokens, 'gen_ai.usage.cache_creation.input_tokens'],
]);
/** Names that version 1.41 did not have. */
const NEWER: ReadonlySet<string> = new Set([
  GEN_AI.requestReasoningLevel,
  GEN_AI.usageCostAmount,
  GEN_AI.usageCostCurrency,
  GEN_AI.usageCostSource,
]);

/** Attributes as the chosen generation names them. The very object that was given where nothing changes. */
export function inConventions(attributes: Attributes, conventions: Conventions): Attributes {
  if (conventions === 'latest') return attributes;
  const written: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    const older = OLDER.get(name);
    if (older !== undefined) written[older] = value;
    if (conventions === 'both' || (older === undefined && !NEWER.has(name))) written[name] = value;
  }
  return written;
}
