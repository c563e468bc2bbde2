import { expect, test } from 'vitest';
import { billedModel } from './call-record.ts';

test.each([
  ['openai', 'gpt-5', 'gpt-5-2025-08-07', 'gpt-5-2025-08-07'],
  ['openai', 'gpt-5', undefined, 'gpt-5'],
  ['azure.ai.openai', 'our-deployment', 'gpt-4o-2024-11-20', 'gpt-4o-2024-11-20'],
  [
    'aws.bedrock',
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'claude-sonnet-4-5-20250929',
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
  ['aws.bedrock', undefined, 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20250929'],
])('at %s, asked for %s and served %s, the price is that of %s', (provider, requestModel, responseModel, billed) => {
  const call = {
    provider,
    ...(requestModel === undefined ? {} : { requestModel }),
    ...(responseModel === undefined ? {} : { responseModel }),
  };
  expect(billedModel(call)).toBe(billed);
});
