import { GEN_AI, type Meters, type Outcome } from '@costspan/usage';
import { type Span, STATUS_CODE_ERROR, STATUS_CODE_UNSET } from '../span.ts';
import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { FactTable } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS } from './gen-ai-names.ts';

const SCOPE = 'com.anthropic.sdk.typescript';
const STOP_REASON = 'anthropic.message.stop_reason';

const TABLE = new FactTable(GEN_AI_FACTS, {
  ...GEN_AI_METERS,
  cache_write_5m_tokens: ['anthropic.usage.cache_creation.ephemeral_5m_input_tokens'],
  cache_write_1h_tokens: ['anthropic.usage.cache_creation.ephemeral_1h_input_tokens'],
});

const COMPACTION = new FactTable(
  {},
  {
    input_tokens: ['anthropic.usage.compaction.input_tokens'],
    output_tokens: ['anthropic.usage.compaction.output_tokens'],
  },
);

/**
 * Spans that the Anthropic TypeScript SDK emits by itself from 0.134.0 on. Read in its 1.12.0 source: the input count holds
 * the cached tokens; the tokens of compaction passes are billed but stand apart; the span of a stream that was left
 * early has no status. Where our instrumentation runs too, it marks these spans with `costspan.billable`.
 */
export const anthropicNative: Dialect = {
  name: 'anthropic-native',
  convention: 'cache_included',
  attributes: [...TABLE.attributes, ...COMPACTION.attributes, STOP_REASON],
  prefixes: [],
  recognises: (span) => span.scope.name === SCOPE && span.attributes.has(GEN_AI.providerName),
  read: (span) => {
    const found = TABLE.read(span);
    const compaction = COMPACTION.read(span);
    const facts = callFacts(span, found, {
      meters: withCompaction(found.meters, compaction.meters),
      outcome: outcomeOf(span),
      findings: [...found.findings, ...compaction.findings],
    });
    // Only messages.create has an operation; counting tokens and opening sessions are not billed by token.
    return facts.operation === 'unknown' ? { ...facts, kind: 'other' } : facts;
  },
};

function withCompaction(meters: Meters, compaction: Meters): Meters {
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
