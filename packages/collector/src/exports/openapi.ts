import { bad, type JsonSchema, missing, parametersOf, tooLarge, unavailable } from '../api/openapi-parts.ts';
import { callsParameters, exportParameters } from '../query/request-schemas.ts';
import { contentType } from './export-query.ts';

/** The routes of `export-routes.ts`. @param filters parameters that every list of calls takes */
export function exportPaths(filters: readonly JsonSchema[]): JsonSchema {
  return {
    '/usage/export': {
      get: {
        operationId: 'exportUsage',
        summary: 'Take calls or FOCUS charges out, whole or part by part',
        parameters: [
          ...parametersOf(exportParameters),
          ...parametersOf(callsParameters).filter(({ name }) => name === 'filters'),
          ...filters,
        ],
        responses: { 200: exported, 400: bad, 404: missing('exports in this ledger'), 422: tooLarge, 503: unavailable },
      },
    },
  };
}

const header = (description: string): JsonSchema => ({ description, schema: { type: 'string' } });

const exported: JsonSchema = {
  description: 'The rows. Headers on the sums and the next part are there when `limit` is, and with Parquet',
  headers: {
    'costspan-as-of': header('Knowledge time of the snapshot; give it as `as_of` to be told the same again'),
    'costspan-calls': header('Calls in this part'),
    'costspan-rows': header('Rows in this part'),
    'costspan-unpriced-calls': header('Calls without a known cost'),
    'costspan-cost-usd': header('What the rows of this part add up to, in US dollars'),
    'costspan-next-cursor': header('Give it as `cursor` to get the next part; absent after the last one'),
  },
  content: Object.fromEntries(
    (['csv', 'ndjson', 'parquet'] as const).map((format) => [contentType(format), { schema: { type: 'string' } }]),
  ),
};
