import { z } from 'zod';
import {
  bad,
  type JsonSchema,
  json,
  missing,
  parametersOf,
  pathParameter,
  tooLarge,
  unavailable,
} from '../api/openapi-parts.ts';
import { callsParameters, jsonSchema } from '../query/request-schemas.ts';

const money = z.string().describe('US dollars, a plain decimal');

const rerating = z
  .strictObject({
    costspan_rerating: z.literal(1),
    number: z.int().nullable().describe('Place among the layers, from 1; null of a dry run, and where nothing changed'),
    from: z.string(),
    to: z.string(),
    as_of: z.string().describe('Knowledge time'),
    book: z.string().describe('Version of the prices'),
    calls: z.int(),
    changed: z.int(),
    kept: z.int().describe('Calls that keep their cost: the provider reported it, or the prices know none for them'),
    before_usd: money,
    after_usd: money,
    difference_usd: money,
    models: z
      .array(z.strictObject({ provider: z.string(), model: z.string(), calls: z.int(), difference_usd: money }))
      .describe('Those with the largest difference first, at most a hundred'),
    sha256: z.string().describe('Of the adjustments'),
  })
  .describe('A layer of other costs');

export function reratingSchemas(): Record<string, JsonSchema> {
  const reratings = z.strictObject({ reratings: z.array(rerating) }).describe('Layers, the lowest first');
  return { Rerating: jsonSchema(rerating, 'output'), Reratings: jsonSchema(reratings, 'output') };
}

const TAKEN: ReadonlySet<unknown> = new Set(['from', 'to', 'filters']);

/** The routes of `rerating-routes.ts`. */
export function reratingPaths(): JsonSchema {
  const place = missing('directory for layers');
  return {
    '/reratings': {
      get: {
        operationId: 'listReratings',
        summary: 'Layers of other costs over the ledger',
        responses: { 200: json('Layers', 'Reratings'), 404: place, 503: unavailable },
      },
      post: {
        operationId: 'rerate',
        summary: 'Price calls by the prices in force: a new layer that tells what differs, never an edit',
        parameters: [
          ...parametersOf(callsParameters).filter(({ name }) => TAKEN.has(name)),
          {
            ...{ name: 'dry_run', in: 'query', description: 'Only say what would differ' },
            schema: { type: 'string', enum: ['true', 'false'], default: 'false' },
          },
        ],
        responses: { 200: json('The layer', 'Rerating'), 400: bad, 404: place, 422: tooLarge, 503: unavailable },
      },
    },
    '/reratings/{number}/adjustments': {
      get: {
        operationId: 'listAdjustments',
        summary: 'What each call of a layer cost before, and costs by it',
        parameters: [pathParameter('number', 'Place among the layers, from 1')],
        responses: {
          200: {
            description: 'One adjustment a line',
            content: { 'application/x-ndjson': { schema: { type: 'string' } } },
          },
          ...{ 400: bad, 404: missing('layer'), 503: unavailable },
        },
      },
    },
  };
}
