import { expect, test } from 'vitest';
import { isHost, serverOf } from './server-address.ts';

test.each([
  ['https://api.openai.com/v1', { address: 'api.openai.com', port: 443, provider: 'openai' }],
  ['https://eu.api.openai.com/v1', { address: 'eu.api.openai.com', port: 443, provider: 'openai', region: 'eu' }],
  ['http://localhost:11434/v1', { address: 'localhost', port: 11434 }],
  ['http://gateway/v1', { address: 'gateway', port: 80 }],
  ['http://[::1]:8080/v1', { address: '::1', port: 8080 }],
  [
    'https://x.services.ai.azure.com/openai/v1',
    { address: 'x.services.ai.azure.com', port: 443, provider: 'azure.ai.openai' },
  ],
  [
    'https://x.services.ai.azure.com/models',
    { address: 'x.services.ai.azure.com', port: 443, provider: 'azure.ai.inference' },
  ],
  [
    'https://us-east5-aiplatform.googleapis.com/v1',
    { address: 'us-east5-aiplatform.googleapis.com', port: 443, provider: 'gcp.vertex_ai', region: 'us-east5' },
  ],
  [
    'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1',
    { address: 'bedrock-runtime.us-east-1.amazonaws.com', port: 443, provider: 'aws.bedrock', region: 'us-east-1' },
  ],
  ['https://api.anthropic.com', { address: 'api.anthropic.com', port: 443, provider: 'anthropic' }],
  ['https://api.moonshot.ai/anthropic', { address: 'api.moonshot.ai', port: 443, provider: 'moonshot_ai' }],
] as const)('%s', (baseUrl, server) => {
  expect(serverOf(baseUrl)).toEqual(server);
});

test.each([['not a url'], [''], [undefined], [7]])('%s is no server', (baseUrl) => {
  expect(serverOf(baseUrl)).toBeUndefined();
});

test.each([
  ['api.openai.com', 'api.openai.com', true],
  ['evil-api.openai.com', 'api.openai.com', false],
  ['eu.api.openai.com', '.api.openai.com', true],
  ['api.openai.com', '.api.openai.com', false],
  ['api.openai.com.evil.example', '.openai.com', false],
])('%s against %s', (host, pattern, expected) => {
  expect(isHost(host, pattern)).toBe(expected);
});
