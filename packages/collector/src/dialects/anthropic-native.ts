import { GEN_AI, type Meter, type Meters, type Outcome } from '@costspan/usage';
import { type Span, STATUS_CODE_ERROR, STATUS_CODE_UNSET } from '../otlp/traces.ts';
import type { Dialect } from './dialect.ts';
import { isProviderCall } from './operations.ts';
import {
  type MeterReader,
  MODEL_ATTRIBUTES,
  modelFacts,
  namesIn,
  readMeters,
  servedContext,
  textAt,
} from './span-facts.ts';

const SCOPE = 'com.anthropic.sdk.typescript';
const COMPACTION_INPUT = 'anthropic.usage.compaction.input_tokens';
const COMPACTION_OUTPUT = 'anthropic.usage.compaction.output_tokens';

const STOP_REASON = 'anthropic.message.stop_reason';

const METERS: readonly (readonly [Meter, ...string[]])[] = [
  ['input_tokens', GEN_AI.usageInputTokens],
  ['output_tokens', GEN_AI.usageOutputTokens],
  ['cache_read_tokens', GEN_AI.usageCacheReadInputTokens],
  ['cache_write_tokens', GEN_AI.usageCacheWriteInputTokens],
  ['cache_write_5m_tokens', 'anthropic.usage.cache_creation.ephemeral_5m_input_tokens'],
  ['cache_write_1h_tokens', 'anthropic.usage.cache_creation.ephemeral_1h_input_tokens'],
  ['output_reasoning_tokens', GEN_AI.usageReasoningOutputTokens],
];

const COMPACTION_METERS: readonly (readonly [Meter, ...string[]])[] = [
  ['input_tokens', COMPACTION_INPUT],
  ['output_tokens', COMPACTION_OUTPUT],
];

/**
 * Spans that the Anthropic TypeScript SDK emits by itself from 0.134.0 on. Read in its 1.12.0 source: the input count holds
 * the cached tokens; the tokens of compaction passes are billed but stand apart; the span of a stream that was left
 * early has no status. Where our instrumentation runs too, it marks these spans with `costspan.billable`.
 */
export const anthropicNative: Dialect = {
  name: 'anthropic-native',
  convention: 'cache_included',
  attributes: [
    GEN_AI.operationName,
    GEN_AI.providerName,
    ...MODEL_ATTRIBUTES,
    ...namesIn(METERS),
    ...namesIn(COMPACTION_METERS),
    STOP_REASON,
  ],
  prefixes: [],
  recognises: (span) => span.scope.name === SCOPE && span.attributes.has(GEN_AI.providerName),
  read: (span) => {
    const reader = readMeters(span, METERS);
    const compaction = readMeters(span, COMPACTION_METERS);
    const operation = textAt(span, GEN_AI.operationName);
    return {
      // Only messages.create has an operation; counting tokens and opening sessions are not billed by token.
      billable: operation !== undefined && isProviderCall(operation, undefined, span),
      provider: textAt(span, GEN_AI.providerName) ?? 'anthropic',
      operation: operation ?? 'unknown',
      ...modelFacts(span),
      meters: withCompaction(reader, compaction),
      usageStatus: reader.isEmpty && compaction.isEmpty ? 'unavailable' : 'reported',
      context: servedContext(span),
      outcome: outcomeOf(span),
      findings: [...reader.findings, ...compaction.findings],
    };
  },
};

function withCompaction({ meters }: MeterReader, { meters: compaction }: MeterReader): Meters {
  const sum = { ...meters };
  for (const meter of ['input_tokens', 'output_tokens'] as const) {
    const extra = compaction[meter];
    if (extra !== undefined) sum[meter] = (sum[meter] ?? 0) + extra;
  }
  return sum;
}

/** A stream that was left after its last event is complete all the same: it has a stop reason. */
function outcomeOf(span: Span): Outcome {
  if (span.statusCode === STATUS_CODE_ERROR) return 'error';
  return span.statusCode === STATUS_CODE_UNSET && !span.attributes.has(STOP_REASON) ? 'cancelled' : 'ok';
}
