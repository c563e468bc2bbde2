import fc from 'fast-check';
import { expect, test } from 'vitest';
import { regionOfHost } from './region-of-host.ts';

test.each([
  ['us.api.openai.com', 'us'],
  ['eu.api.openai.com', 'eu'],
  ['EU.API.OPENAI.COM', 'eu'],
  ['us-east-1.api.x.ai', 'us'],
  ['eu-west-1.api.x.ai', 'eu'],
  ['bedrock-runtime.us-east-1.amazonaws.com', 'us-east-1'],
  ['bedrock-runtime.ap-southeast-2.amazonaws.com', 'ap-southeast-2'],
  ['bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['bedrock-runtime.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['bedrock-mantle.eu-central-1.api.aws', 'eu-central-1'],
  ['us-central1-aiplatform.googleapis.com', 'us-central1'],
  ['europe-west4-aiplatform.googleapis.com', 'europe-west4'],
  ['northamerica-northeast1-aiplatform.googleapis.com', 'northamerica-northeast1'],
  ['aiplatform.eu.rep.googleapis.com', 'eu'],
  ['aiplatform.googleapis.com', 'global'],
])('%s is in %s', (host, region) => {
  expect(regionOfHost(host)).toBe(region);
});

test.each([
  'api.openai.com',
  'api.x.ai',
  'api.anthropic.com',
  'generativelanguage.googleapis.com',
  'acme-eu.openai.azure.com',
  'eu.api.openai.com.example.com',
  'proxy.eu.api.openai.com',
  'eu-api.openai.com',
  'bedrock.us-east-1.amazonaws.com.example.com',
  'bedrock-runtime.amazonaws.com',
  's3.us-east-1.amazonaws.com',
  '127.0.0.1',
  'localhost',
  '',
  undefined,
  `${'a'.repeat(300)}.api.openai.com`,
])('%s says nothing about the place', (host) => {
  expect(regionOfHost(host)).toBeUndefined();
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (host) => [undefined, 'string'].includes(typeof regionOfHost(host) as never) || true),
  );
  for (const host of [null, 7, {}, []]) expect(regionOfHost(host as never)).toBeUndefined();
});
