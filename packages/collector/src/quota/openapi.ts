import { bad, body, type JsonSchema, json, parametersOf, pathParameter } from '../api/openapi-parts.ts';
import { jsonSchema } from '../query/request-schemas.ts';
import {
  decisionAnswer,
  explainAnswer,
  refusalAnswer,
  rulesAnswer,
  settlementAnswer,
  statusAnswer,
} from './answer-schemas.ts';
import { decisionExample, explainExample, extendExample, settleExample } from './examples.ts';
import { decisionBody, explainBody, extendBody, settleBody, statusParameters } from './request-schemas.ts';

/** The paths of quota-routes.ts. */
export function quotaPaths(): Record<string, JsonSchema> {
  const refused = (what: string) => json(what, 'QuotaRefusal', 'application/problem+json');
  const off = json('No quotas are configured', 'Problem', 'application/problem+json');
  const away = json(
    'The counters cannot be reached now; try again after Retry-After',
    'Problem',
    'application/problem+json',
  );
  const reservation = pathParameter('id', 'The id of the decision');
  const settled = { 200: json('What became of it', 'QuotaSettlement'), 400: bad, 404: off };
  return {
    '/quota/decisions': {
      post: {
        operationId: 'decideQuota',
        summary: 'Ask before a call: hold back what it may use, or refuse it with every limit it exceeds',
        requestBody: body('QuotaDecisionRequest', decisionExample),
        responses: {
          200: json('The call may be made', 'QuotaDecision'),
          400: bad,
          402: refused('A trial has ended, or a budget has no room and `quota.budgetStatus` is 402'),
          403: refused('Nobody knows a price, and a rule refuses such calls'),
          404: off,
          429: refused('A limit has no room'),
          503: refused('The counters cannot be reached, and a rule refuses then'),
        },
      },
    },
    '/quota/decisions/{id}/settle': {
      post: {
        operationId: 'settleQuota',
        summary:
          'Count what the call used, once, in the windows of its reservation; or the calls of a grant, each once',
        parameters: [reservation],
        requestBody: body('QuotaSettle', settleExample),
        responses: settled,
      },
    },
    '/quota/decisions/{id}/release': {
      post: {
        operationId: 'releaseQuota',
        summary: 'Give back what was held: the call was never made',
        parameters: [reservation],
        responses: settled,
      },
    },
    '/quota/decisions/{id}/extend': {
      post: {
        operationId: 'extendQuota',
        summary: 'A sign of life of a call that still runs',
        parameters: [reservation],
        requestBody: body('QuotaExtend', extendExample),
        responses: settled,
      },
    },
    '/quota/explain': {
      post: {
        operationId: 'explainQuota',
        summary: 'What would be decided, rule by rule, in both evaluations; nothing is held',
        requestBody: body('QuotaExplainRequest', explainExample),
        responses: { 200: json('The explanation', 'QuotaExplanation'), 400: bad, 404: off, 503: away },
      },
    },
    '/quota/status': {
      get: {
        operationId: 'quotaStatus',
        summary: 'How budgets stand, how fast they are used, and when they will be used up',
        parameters: [...parametersOf(statusParameters), dimensionParameter],
        responses: { 200: json('A page of budgets', 'QuotaStatus'), 400: bad, 503: away },
      },
    },
    '/quota/rules': {
      get: {
        operationId: 'quotaRules',
        summary: 'The rules in force, since when, and what a linter says of them',
        responses: { 200: json('The rules', 'QuotaRules'), 404: off },
      },
    },
  };
}

export function quotaSchemas(): Record<string, JsonSchema> {
  return {
    QuotaDecisionRequest: jsonSchema(decisionBody, 'input'),
    QuotaDecision: jsonSchema(decisionAnswer, 'output'),
    QuotaRefusal: jsonSchema(refusalAnswer, 'output'),
    QuotaSettle: jsonSchema(settleBody, 'input'),
    QuotaExtend: jsonSchema(extendBody, 'input'),
    QuotaSettlement: jsonSchema(settlementAnswer, 'output'),
    QuotaExplainRequest: jsonSchema(explainBody, 'input'),
    QuotaExplanation: jsonSchema(explainAnswer, 'output'),
    QuotaStatus: jsonSchema(statusAnswer, 'output'),
    QuotaRules: jsonSchema(rulesAnswer, 'output'),
  };
}

const dimensionParameter = {
  name: '{dimension}',
  in: 'query',
  description:
    'Only buckets with this value of a dimension of the rules, such as customer_id=acme; several times, any of up to 100',
  schema: { type: 'string' },
};
