import { callDetail, callsAnswer, problem, usageAnswer } from '../query/answer-schemas.ts';
import { FIELD_COLUMNS } from '../query/fields.ts';
import { callsParameters, jsonSchema, usageQueryBody } from '../query/request-schemas.ts';

type JsonSchema = Record<string, unknown>;

/** The OpenAPI 3.1 document of the routes in routes.ts, made from the schemas that also parse their requests. */
export function openApiDocument(): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Costspan',
      version: '1',
      description: 'Who used what and what it cost, from the exact ledger. Money is a decimal string, never a double.',
    },
    servers: [{ url: '/api/v1' }],
    paths: {
      '/usage/query': {
        post: {
          operationId: 'queryUsage',
          summary: 'Add up usage and cost by time, tag and dimension',
          requestBody: { required: true, content: { 'application/json': { schema: ref('UsageQuery') } } },
          responses: { 200: json('The answer', 'UsageAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/calls': {
        get: {
          operationId: 'listCalls',
          summary: 'Calls, newest first',
          parameters: [...ownParameters(), ...FIELD_COLUMNS.map(filterParameter), tagParameter],
          responses: { 200: json('A page', 'Calls'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/calls/{id}': {
        get: {
          operationId: 'getCall',
          summary: 'One call with its cost lines',
          parameters: [
            { name: 'id', in: 'path', required: true, description: '`trace_id-span_id`', schema: { type: 'string' } },
          ],
          responses: {
            200: json('The call', 'Call'),
            404: json('No such call', 'Problem', problemType),
            503: unavailable,
          },
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'getOpenApi',
          summary: 'This document',
          responses: {
            200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        UsageQuery: jsonSchema(usageQueryBody, 'input'),
        UsageAnswer: jsonSchema(usageAnswer, 'output'),
        Calls: jsonSchema(callsAnswer, 'output'),
        Call: jsonSchema(callDetail, 'output'),
        Problem: jsonSchema(problem, 'output'),
      },
    },
  };
}

const problemType = 'application/problem+json';
const bad = json('Every mistake in the request', 'Problem', problemType);
const tooLarge = json('The question needs more time or rows than the bounds allow', 'Problem', problemType);
const unavailable = json('The ledger cannot be reached now; try again after Retry-After', 'Problem', problemType);

const tagParameter = {
  name: 'tag.{key}',
  in: 'query',
  description: 'Only calls with this value of any other tag, such as tag.plan=pro',
  schema: { type: 'string' },
};

function ownParameters(): readonly JsonSchema[] {
  const { properties } = jsonSchema(callsParameters, 'output') as { properties: Record<string, JsonSchema> };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    description,
    schema,
  }));
}

function filterParameter(field: string): JsonSchema {
  return {
    name: field,
    in: 'query',
    description: `Only calls with this ${field}; several times for any of several; (untagged) for none`,
    schema: { type: 'array', items: { type: 'string' } },
  };
}

function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function json(description: string, schema: string, type = 'application/json'): JsonSchema {
  return { description, content: { [type]: { schema: ref(schema) } } };
}
