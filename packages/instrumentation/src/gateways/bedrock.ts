import type { Gateway } from './gateway.ts';

/**
 * Amazon Bedrock Converse: `requestMetadata`, which its invocation logs show. At most 16 entries.
 * Source: Amazon Bedrock API reference, Converse, requestMetadata, read 2026-11-23.
 */
export const bedrockMetadata: Gateway = {
  name: 'bedrock',
  valueLengthMax: 256,
  tagsMax: 16,
  format: (tags) => ({ params: { requestMetadata: tags } }),
};
