import { PROVIDER_NAMES } from '@costspan/usage';
import { expect, test } from 'vitest';
import { baseBook } from './base-book.ts';
import { catalogueProvider } from './catalogue-provider.ts';

const EXPECTED = {
  anthropic: 'anthropic',
  'aws.bedrock': 'aws',
  'azure.ai.inference': 'azure',
  'azure.ai.openai': 'azure',
  cohere: 'cohere',
  deepseek: 'deepseek',
  'gcp.gemini': 'google',
  'gcp.gen_ai': 'google',
  'gcp.vertex_ai': 'google',
  groq: 'groq',
  'ibm.watsonx.ai': undefined,
  mistral_ai: 'mistral',
  moonshot_ai: 'moonshotai',
  openai: 'openai',
  perplexity: 'perplexity',
  x_ai: 'x-ai',
} as const;

test('every provider name of the conventions leads to its prices, or is known to have none', () => {
  for (const name of PROVIDER_NAMES) expect([name, baseBook().provider(name)?.id]).toEqual([name, EXPECTED[name]]);
});

test.each([
  ['azure', 'azure'],
  ['azure.openai', 'azure'],
  ['google', 'google'],
  ['vertex_ai', 'google'],
  ['aws', 'aws'],
  ['bedrock', 'aws'],
  ['xai', 'x-ai'],
  ['OpenAI', 'openai'],
  ['together_ai', 'together'],
  ['moonshotai', 'moonshotai'],
])('%s is a spelling of %s', (spelling, id) => {
  expect(baseBook().provider(spelling)?.id).toBe(id);
  expect(catalogueProvider(spelling)).toBe(id);
});

test.each([
  'openai2',
  'azur',
  'azure.ai',
  'gcp',
  'gcp.gemini ',
  'aws.sagemaker',
  'x.ai',
  'my-gateway',
  '',
  'constructor',
  '__proto__',
])('"%s" is no provider of the catalogue', (name) => {
  expect(baseBook().provider(name)).toBeUndefined();
});
