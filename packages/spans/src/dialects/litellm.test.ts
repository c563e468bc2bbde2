import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { liteLlm } from './litellm.ts';

const scope = { name: 'litellm', version: '1.80.0' };

/** As `litellm/integrations/otel` writes it, mapper `genai`. */
const SECOND = spanWith(
  {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'azure.ai.openai',
    'gen_ai.conversation.id': 's1',
    'gen_ai.request.model': 'fast-model',
    'litellm.provider.model': 'azure/our-deployment',
    'gen_ai.response.model': 'gpt-4o-2024-08-06',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.cache_read.input_tokens': 400,
    'gen_ai.response.time_to_first_chunk': 0.25,
    'litellm.call_id': 'c1',
    'litellm.cost.total': 0.0042,
    'litellm.team.id': 't1',
    'litellm.team.alias': 'growth',
    'litellm.api_key.hash': 'abc123',
    'litellm.metadata.user_api_key_alias': 'mobile-app',
    'litellm.metadata.user_api_key_end_user_id': 'acme',
    'litellm.metadata.user_api_key_user_id': 'u1',
    'litellm.metadata.user_api_key_org_id': 'emea',
    'litellm.metadata.requester_ip_address': '10.0.0.1',
  },
  { scope },
);

/** As `litellm/integrations/opentelemetry.py` writes it. */
const FIRST = spanWith(
  {
    'llm.request.type': 'acompletion',
    'gen_ai.system': 'anthropic',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
    'gen_ai.usage.prompt_tokens': 1000,
    'gen_ai.usage.completion_tokens': 50,
    'gen_ai.usage.total_tokens': 1050,
    'gen_ai.cost.total_cost': 0.0042,
    hidden_params: '{"response_cost": 0.0099, "model_id": "m1"}',
    'metadata.user_api_key_end_user_id': 'acme',
    'metadata.user_api_key_team_alias': 'growth',
    'metadata.user_api_key_hash': 'abc123',
    'metadata.requester_metadata': '{"featureName": "search"}',
  },
  { scope, kind: 1 },
);

dialectContract(liteLlm, [SECOND, FIRST]);

test('the second integration: the deployment that was called, the identities as tags, what the gateway charged', () => {
  expect(normalise(SECOND)).toMatchObject({
    call: {
      provider: 'azure.ai.openai',
      requestModel: 'our-deployment',
      responseModel: 'gpt-4o-2024-08-06',
      conversationId: 's1',
      timeToFirstChunkUs: 250_000,
      usage: { meters: { input_tokens: 1000, cache_read_tokens: 400, output_tokens: 50 } },
      context: { reported_cost: { amount: '0.0042', currency: 'USD' } },
      tags: { customer_id: 'acme', user: 'u1', team: 'growth', business_unit: 'emea', virtual_account: 'mobile-app' },
    },
  });
  expect(liteLlm.read(SECOND).tags).not.toHaveProperty('requester_ip_address');
});

test('the first integration says the same under older names', () => {
  expect(normalise(FIRST)).toMatchObject({
    call: {
      provider: 'anthropic',
      operation: 'text_completion',
      usage: { meters: { input_tokens: 1000, output_tokens: 50 } },
      context: { reported_cost: { amount: '0.0042' } },
      tags: { customer_id: 'acme', team: 'growth', virtual_account: 'abc123', feature_name: 'search' },
    },
  });
});

test.each([
  ['the total', { 'litellm.cost.total': 0.5, hidden_params: '{"response_cost":1}' }, '0.5'],
  ['else the hidden parameter', { hidden_params: '{"response_cost":1}' }, '1'],
  ['0 is what it writes where it knew none', { 'litellm.cost.total': 0 }, undefined],
])('the cost is %s', (_, attributes, amount) => {
  const facts = liteLlm.read(spanWith(attributes, { scope }));
  expect(facts.reportedCost).toEqual(amount === undefined ? undefined : { amount, currency: 'USD' });
});

test("the proxy's other spans, which carry its identity and the model too, are not calls", () => {
  const redis = spanWith({ 'gen_ai.request.model': 'fast-model', 'litellm.team.id': 't1' }, { scope, kind: 3 });
  expect(normalise(redis)).toMatchObject({ kind: 'context', context: { kind: 'other' } });
});
