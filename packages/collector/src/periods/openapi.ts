import { FOCUS_VERSIONS } from '@costspan/pricing';
import { z } from 'zod';
import { bad, type JsonSchema, json, missing, pathParameter, tooLarge, unavailable } from '../api/openapi-parts.ts';
import { jsonSchema } from '../query/request-schemas.ts';

const money = z.string().describe('US dollars, a plain decimal');

const statement = z
  .strictObject({
    costspan_statement: z.literal(1),
    period: z.string().describe('A calendar month in UTC, such as 2026-10'),
    version: z.enum(FOCUS_VERSIONS).describe('Of FOCUS'),
    as_of: z.string().describe('Knowledge time: what came later is a correction of a later statement'),
    calls: z.int(),
    unpriced_calls: z.int().describe('Calls without a known cost: they have no row'),
    rows: z.int(),
    correction_rows: z.int().describe('Rows that correct earlier months'),
    cost_usd: money,
    corrections_usd: money,
    total_usd: money,
    list_usd: money,
    sha256: z.string().describe('Of the statement'),
    bytes: z.int(),
    reratings: z.int().describe('Layers of other prices that are told by now'),
    previous_sha256: z.string().nullable().describe('Of the statement before; null for the first one'),
  })
  .describe('What a statement says of itself');

const statements = z.strictObject({ periods: z.array(statement) }).describe('Statements, the oldest first');

export function periodSchemas(): Record<string, JsonSchema> {
  return { Statement: jsonSchema(statement, 'output'), Statements: jsonSchema(statements, 'output') };
}

const month = pathParameter('month', 'Such as 2026-10, in UTC');

/** The routes of `period-routes.ts`. */
export function periodPaths(): JsonSchema {
  return {
    '/periods': {
      get: {
        operationId: 'listPeriods',
        summary: 'Months that are closed',
        responses: {
          200: json('Statements', 'Statements'),
          404: missing('directory for statements'),
          503: unavailable,
        },
      },
    },
    '/periods/{month}/close': {
      post: {
        operationId: 'closePeriod',
        summary: 'Close a month: its statement stays as it is, and what comes later corrects a later one',
        parameters: [
          month,
          {
            ...{ name: 'version', in: 'query', description: 'Of FOCUS' },
            schema: { type: 'string', enum: [...FOCUS_VERSIONS], default: '1.2' },
          },
          {
            ...{ name: 'dry_run', in: 'query', description: 'Only say what would be closed' },
            schema: { type: 'string', enum: ['true', 'false'], default: 'false' },
          },
        ],
        responses: {
          200: json('The statement; of a month that is closed already, as it is', 'Statement'),
          ...{ 400: bad, 404: missing('directory for statements'), 422: tooLarge, 503: unavailable },
        },
      },
    },
    '/periods/{month}/statement': {
      get: {
        operationId: 'getStatement',
        summary: 'The statement that was closed, byte by byte: FOCUS as CSV',
        parameters: [month],
        responses: {
          200: {
            description: 'The statement',
            headers: {
              'costspan-sha256': { description: 'SHA-256 of the bytes', schema: { type: 'string' } },
            },
            content: { 'text/csv': { schema: { type: 'string' } } },
          },
          ...{ 400: bad, 404: missing('statement'), 503: unavailable },
        },
      },
    },
  };
}
