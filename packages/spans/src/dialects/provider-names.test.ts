import { PROVIDER_NAMES } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { providerOf } from './provider-names.ts';

test.each(PROVIDER_NAMES)('the conventional name %s stays', (name) => {
  expect(providerOf(name)).toBe(name);
  expect(providerOf(name.toUpperCase())).toBe(name);
});

test.each([
  ['OpenAI', 'openai'],
  ['az.ai.openai', 'azure.ai.openai'],
  ['Azure', 'azure.ai.openai'],
  ['AWS', 'aws.bedrock'],
  ['amazon_bedrock', 'aws.bedrock'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['gemini', 'gcp.gemini'],
  ['Google', 'gcp.gemini'],
  ['MistralAI', 'mistral_ai'],
  ['xai', 'x_ai'],
  ['TogetherAI', 'together'],
  ['a-new-one', 'a-new-one'],
])('%s is the provider %s', (name, provider) => {
  expect(providerOf(name)).toBe(provider);
});

test.each([
  ['openai.chat', 'openai'],
  ['openai.responses', 'openai'],
  ['anthropic.messages', 'anthropic'],
  ['google.generative-ai', 'gcp.gemini'],
  ['google.vertex.chat', 'gcp.vertex_ai'],
  ['vertex.anthropic.messages', 'gcp.vertex_ai'],
  ['azure.chat', 'azure.ai.openai'],
  ['xai.chat', 'x_ai'],
  ['my.own.gateway', 'my.own.gateway'],
])('an API behind a dot is left out: %s is %s', (name, provider) => {
  expect(providerOf(name)).toBe(provider);
});

test.each([
  [undefined, 'gpt-4o', 'openai'],
  ['unknown', 'claude-sonnet-4-5', 'anthropic'],
  ['langchain', 'gemini-2.5-pro', 'gcp.gemini'],
  ['strands-agents', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
  ['gateway', 'anthropic/claude-sonnet-4.5', 'anthropic'],
  ['gateway', 'vertex_ai/gemini-2.5-pro', 'gcp.vertex_ai'],
  [undefined, 'our-own-model', 'unknown'],
  ['langchain', 'our-own-model', 'langchain'],
  [undefined, undefined, 'unknown'],
  ['azure', 'gpt-4o', 'azure.ai.openai'],
])('the provider %s with the model %s is %s', (name, model, provider) => {
  expect(providerOf(name, model)).toBe(provider);
});

test('whatever the name is, there is a provider', () => {
  fc.assert(
    fc.property(fc.option(fc.string({ minLength: 1 }), { nil: undefined }), fc.string(), (name, model) => {
      expect(providerOf(name, model)).not.toBe('');
    }),
  );
});
