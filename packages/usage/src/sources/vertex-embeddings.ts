import { definedMeters, sumCounts } from './add-meters.ts';
import { isObject, type JsonObject, objectsOf, snakeKeys } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Vertex embeddings: tokens beside each vector, in the REST answer (`predictions`) or the SDK's (`embeddings`). The billable
 * characters are read where an answer has no tokens: every current model is billed by the token.
 * Source: Vertex AI text embeddings API, read 2026-11-23.
 */
export const vertexEmbeddings: UsageSource = {
  name: 'vertex.embeddings',
  providers: ['gcp.gemini', 'gcp.gen_ai', 'gcp.vertex_ai'],
  apis: ['embeddings', 'predict'],
  convention: 'cache_included',
  locate: (answer) => {
    const vectors = vectorsOf(answer);
    const metadata = snakeKeys(answer['metadata']);
    return vectors.length > 0 || isObject(metadata) ? { vectors, metadata } : undefined;
  },
  matches: (usage) =>
    (Array.isArray(usage['vectors']) && usage['vectors'].length > 0) ||
    (isObject(usage['metadata']) && 'billable_character_count' in usage['metadata']),
  extract: (_answer, usage, read) => {
    const tokens = sumCounts(...objectsOf(usage['vectors']).map((vector) => read.count(vector, 'token_count')));
    const characters = tokens === undefined ? read.count(usage, 'metadata', 'billable_character_count') : undefined;
    return { meters: definedMeters({ input_tokens: tokens, input_characters: characters }) };
  },
};

function vectorsOf(answer: JsonObject): JsonObject[] {
  const inPredictions = objectsOf(answer['predictions']).map((prediction) => prediction['embeddings']);
  return [...inPredictions, ...objectsOf(answer['embeddings'])]
    .map((vector) => (isObject(vector) ? snakeKeys(vector['statistics']) : undefined))
    .filter(isObject);
}
