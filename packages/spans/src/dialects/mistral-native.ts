import { GEN_AI } from '@costspan/usage';
import { callFacts } from './call-facts.ts';
import type { Dialect } from './dialect.ts';
import { FactTable } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS } from './gen-ai-names.ts';

const SCOPE = 'mistralai_sdk_tracer';
const TABLE = new FactTable(GEN_AI_FACTS, {
  ...GEN_AI_METERS,
  pages: ['mistral_ai.ocr.usage.pages_processed'],
});

/** Only on spans that stand for a request. */
const REQUEST_METHOD = 'http.request.method';

/**
 * Spans that the Mistral SDKs emit by themselves (TypeScript 2, Python 1.9 on). Read in the source of
 * `@mistralai/mistralai` 2.7.0: counts are those of the response, cached tokens included and not told apart. A conversation
 * is one request to the agents API, called `invoke_agent`, and carries its usage: it is billed. The spans inside it, for
 * the outputs of the answer, made no request and are not.
 */
export const mistralNative: Dialect = {
  name: 'mistral-native',
  convention: 'cache_included',
  attributes: [...TABLE.attributes, REQUEST_METHOD],
  prefixes: [],
  recognises: (span) => span.scope.name === SCOPE && span.attributes.has(GEN_AI.operationName),
  read: (span) => {
    const facts = callFacts(span, TABLE.read(span));
    if (facts.operation === 'create_agent' || facts.kind === 'tool') return facts;
    if (span.attributes.has(REQUEST_METHOD)) return { ...facts, kind: 'call' };
    return facts.kind === 'call' ? { ...facts, kind: 'other' } : facts;
  },
};
