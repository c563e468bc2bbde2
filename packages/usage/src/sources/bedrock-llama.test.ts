import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('Llama counts beside its text', () => {
  const body = { generation: 'Hello!', prompt_token_count: 6, generation_token_count: 18, stop_reason: 'length' };
  expect(extractUsage({ provider: 'aws.bedrock', api: 'invoke', body })).toMatchObject({
    source: 'bedrock.llama',
    usage: { meters: { input_tokens: 6, output_tokens: 18 } },
  });
});
