import { portalAnswer } from '../access/portal-report.ts';
import { exportPaths } from '../exports/openapi.ts';
import { periodPaths, periodSchemas } from '../periods/openapi.ts';
import { erasureAnswer, erasureBody } from '../privacy/privacy-routes.ts';
import {
  callDetail,
  callsAnswer,
  correlationAnswer,
  driversAnswer,
  fieldsAnswer,
  organisationAnswer,
  problem,
  traceAnswer,
  usageAnswer,
  valuesAnswer,
} from '../query/answer-schemas.ts';
import { FIELD_COLUMNS } from '../query/fields.ts';
import {
  callsParameters,
  correlationBody,
  driversBody,
  fieldsParameters,
  jsonSchema,
  organisationBody,
  portalParameters,
  usageQueryBody,
  valuesParameters,
} from '../query/request-schemas.ts';
import { quotaPaths, quotaSchemas } from '../quota/openapi.ts';
import { reratingPaths, reratingSchemas } from '../rerating/openapi.ts';
import { federatedAnswer } from '../residency/federated-answer.ts';
import {
  correlationExample,
  driversExample,
  erasureExample,
  metricsExample,
  organisationExample,
  regionsExample,
  usageExample,
} from './examples.ts';
import {
  bad,
  body,
  type JsonSchema,
  json,
  missing,
  parametersOf,
  pathParameter,
  tooLarge,
  unavailable,
} from './openapi-parts.ts';
import { metricsAnswer, metricsBody } from './truefoundry/metrics-body.ts';

/** Why pages of calls need no snapshot. */
const PAGE_OF_CALLS =
  'A page. It begins behind the last call of the page before, so every call that was there when the first page was asked for is on one of them, once; one that came since is on a later page if it belongs behind';

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
          requestBody: body('UsageQuery', usageExample),
          responses: { 200: json('The answer', 'UsageAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/usage/drivers': {
        post: {
          operationId: 'explainChange',
          summary: 'Take the change of a cost apart into volume, mix, tokens, caching and prices',
          requestBody: body('DriversQuery', driversExample),
          responses: { 200: json('The drivers', 'DriversAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/usage/organisation': {
        post: {
          operationId: 'addUpOrganisation',
          summary: 'What departments cost from their teams, where each belonged at the time',
          requestBody: body('OrganisationQuery', organisationExample),
          responses: { 200: json('The units', 'OrganisationAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/usage/correlation': {
        post: {
          operationId: 'correlateUsage',
          summary: 'Whether usage goes together with a value of your own, such as sessions',
          requestBody: body('CorrelationQuery', correlationExample),
          responses: { 200: json('The correlation', 'CorrelationAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/usage/fields': {
        get: {
          operationId: 'listFields',
          summary: 'What a question may group by, filter by and add up',
          parameters: parametersOf(fieldsParameters),
          responses: { 200: json('Fields and metrics', 'FieldsAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/usage/values': {
        get: {
          operationId: 'listValues',
          summary: 'The values of a field, for menus',
          parameters: parametersOf(valuesParameters),
          responses: { 200: json('Values', 'ValuesAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      ...exportPaths([...FIELD_COLUMNS.map(filterParameter), tagParameter]),
      ...periodPaths(),
      ...reratingPaths(),
      '/calls': {
        get: {
          operationId: 'listCalls',
          summary: 'Single calls: newest, dearest or slowest first',
          parameters: [...parametersOf(callsParameters), ...FIELD_COLUMNS.map(filterParameter), tagParameter],
          responses: { 200: json(PAGE_OF_CALLS, 'Calls'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/calls/{id}': {
        get: {
          operationId: 'getCall',
          summary: 'One call with its cost lines',
          parameters: [pathParameter('id', '`trace_id-span_id`')],
          responses: { 200: json('The call', 'Call'), 404: missing('call'), 503: unavailable },
        },
      },
      '/traces/{trace_id}': {
        get: {
          operationId: 'getTrace',
          summary: 'One trace as a tree of agents, tools and calls, with costs rolled up',
          parameters: [pathParameter('trace_id', '32 hex digits')],
          responses: { 200: json('The trace', 'Trace'), 404: missing('trace'), 503: unavailable },
        },
      },
      '/portal/report': {
        get: {
          operationId: 'readPortalReport',
          summary: 'What one customer used, and what is left of its quotas',
          parameters: parametersOf(portalParameters),
          responses: { 200: json('The report', 'PortalReport'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/residency/query': {
        post: {
          operationId: 'queryRegions',
          summary: 'The sums of every region side by side, by nothing that names a customer or a call',
          requestBody: body('UsageQuery', regionsExample),
          responses: { 200: json('Sums by region', 'FederatedAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
      '/privacy/erasures': {
        post: {
          operationId: 'erasePerson',
          summary: 'Forget who a pseudonym is',
          requestBody: body('Erasure', erasureExample),
          responses: {
            200: json('What was known', 'ErasureAnswer'),
            400: bad,
            404: json('No pseudonyms are kept', 'Problem', 'application/problem+json'),
          },
        },
      },
      ...quotaPaths(),
      '/openapi.json': {
        get: {
          operationId: 'getOpenApi',
          summary: 'This document',
          responses: {
            200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
          },
        },
      },
      '/metrics/query': {
        post: {
          servers: [{ url: '/api/svc/v1/llm-gateway' }],
          operationId: 'queryTrueFoundryMetrics',
          summary: "TrueFoundry's metrics query, for callers that ask it already",
          requestBody: body('TrueFoundryQuery', metricsExample),
          responses: { 200: json('Data points', 'TrueFoundryAnswer'), 400: bad, 422: tooLarge, 503: unavailable },
        },
      },
    },
    components: { schemas: schemas() },
  };
}

function schemas(): Record<string, JsonSchema> {
  return hoisted({
    UsageQuery: jsonSchema(usageQueryBody, 'input'),
    UsageAnswer: jsonSchema(usageAnswer, 'output'),
    DriversQuery: jsonSchema(driversBody, 'input'),
    DriversAnswer: jsonSchema(driversAnswer, 'output'),
    OrganisationQuery: jsonSchema(organisationBody, 'input'),
    OrganisationAnswer: jsonSchema(organisationAnswer, 'output'),
    CorrelationQuery: jsonSchema(correlationBody, 'input'),
    CorrelationAnswer: jsonSchema(correlationAnswer, 'output'),
    FieldsAnswer: jsonSchema(fieldsAnswer, 'output'),
    ValuesAnswer: jsonSchema(valuesAnswer, 'output'),
    Calls: jsonSchema(callsAnswer, 'output'),
    Call: jsonSchema(callDetail, 'output'),
    Trace: jsonSchema(traceAnswer, 'output'),
    TrueFoundryQuery: jsonSchema(metricsBody, 'input'),
    TrueFoundryAnswer: jsonSchema(metricsAnswer, 'output'),
    FederatedAnswer: jsonSchema(federatedAnswer, 'output'),
    Erasure: jsonSchema(erasureBody, 'input'),
    ErasureAnswer: jsonSchema(erasureAnswer, 'output'),
    PortalReport: jsonSchema(portalAnswer, 'output'),
    ...quotaSchemas(),
    ...periodSchemas(),
    ...reratingSchemas(),
    Problem: jsonSchema(problem, 'output'),
  });
}

/** Definitions that schemas share (a filter within a filter) become schemas of the document. */
function hoisted(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const all: Record<string, JsonSchema> = {};
  for (const [name, { $defs, ...schema }] of Object.entries(schemas)) {
    Object.assign(all, { [name]: schema }, $defs);
  }
  return JSON.parse(JSON.stringify(all).replaceAll('#/$defs/', '#/components/schemas/')) as Record<string, JsonSchema>;
}

const tagParameter = {
  name: 'tag.{key}',
  in: 'query',
  description: 'Only calls with this value of any other tag, such as tag.plan=pro',
  schema: { type: 'string' },
};

function filterParameter(field: string): JsonSchema {
  return {
    name: field,
    in: 'query',
    description: `Only calls with this ${field}; several times for any of several; (untagged) for none`,
    schema: { type: 'array', items: { type: 'string' } },
  };
}
