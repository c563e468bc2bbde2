import { formatMoney } from '@costspan/usage';
import { expect, test } from 'vitest';
import { baseCards } from './base-book.ts';
import { billedNames, type CallNames } from './billed-names.ts';
import { CARDS_FORMAT } from './card.ts';
import { compileBook } from './compile-book.ts';
import { costOf } from './cost-of.ts';
import { parseCardFile } from './parse-card-file.ts';

const deployments = [
  { provider: 'azure', deployment: 'chat-eu', model: 'gpt-4o', region: 'data_zone' },
  {
    provider: 'aws',
    deployment: 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc',
    model: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  },
];
const book = compileBook([
  baseCards(),
  parseCardFile({ format: CARDS_FORMAT, layer: 'deployments', deployments }, 'deployments.json'),
]);

const BEDROCK = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const BARE = 'claude-sonnet-4-5-20250929';

/** Dollars for a hundred thousand tokens of input. */
function price(call: Omit<CallNames, 'context'>, region?: string): string | undefined {
  const cost = costOf(book, {
    ...billedNames({ ...call, context: region === undefined ? {} : { region } }),
    atUs: Date.parse('2026-11-02T12:00:00Z') * 1000,
    usage: { status: 'reported', meters: { input_tokens: 100_000 } },
  });
  return cost.total === undefined ? cost.reason : formatMoney(cost.total);
}

test.each<[string, Omit<CallNames, 'context'>, string]>([
  [
    'Bedrock: the profile of the request',
    { provider: 'aws.bedrock', requestModel: `us.${BEDROCK}`, responseModel: BARE },
    '0.33',
  ],
  [
    'Bedrock: the global profile',
    { provider: 'aws.bedrock', requestModel: `global.${BEDROCK}`, responseModel: BARE },
    '0.3',
  ],
  [
    'Bedrock: an inference profile by its ARN',
    {
      provider: 'aws.bedrock',
      requestModel: `arn:aws:bedrock:us-east-1:1:inference-profile/global.${BEDROCK}`,
      responseModel: BARE,
    },
    '0.3',
  ],
  [
    'Bedrock: a profile of the account’s own, mapped, with what was served',
    {
      provider: 'aws.bedrock',
      requestModel: 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc',
      responseModel: BARE,
    },
    '0.3',
  ],
  [
    'Bedrock: such a profile that nobody mapped has the price of what was served in the region',
    {
      provider: 'aws.bedrock',
      requestModel: 'arn:aws:bedrock:us-east-1:1:application-inference-profile/x',
      responseModel: BARE,
    },
    '0.33',
  ],
  ['Bedrock: nothing asked', { provider: 'aws.bedrock', responseModel: BARE }, '0.33'],
  [
    'Azure: the served model at the offer of the deployment',
    { provider: 'azure.ai.openai', requestModel: 'chat-eu', responseModel: 'gpt-4o-2024-08-06' },
    '0.275',
  ],
  ['Azure: the deployment alone', { provider: 'azure.ai.openai', requestModel: 'chat-eu' }, '0.275'],
  [
    'Azure: a deployment that nobody mapped',
    { provider: 'azure.ai.openai', requestModel: 'prod', responseModel: 'gpt-4o' },
    '0.25',
  ],
  [
    'Vertex: the location of the path',
    {
      provider: 'gcp.vertex_ai',
      requestModel: 'projects/p/locations/europe-west1/publishers/anthropic/models/claude-sonnet-5',
    },
    '0.22',
  ],
  [
    'Vertex: the global location',
    {
      provider: 'gcp.vertex_ai',
      requestModel: 'projects/p/locations/global/publishers/anthropic/models/claude-sonnet-5',
    },
    '0.2',
  ],
  [
    'Vertex: Gemini by its name',
    { provider: 'gcp.vertex_ai', requestModel: 'x', responseModel: 'gemini-2.5-flash' },
    '0.03',
  ],
  [
    'elsewhere what was served',
    { provider: 'openai', requestModel: 'gpt-4o-mini', responseModel: 'gpt-4o-2024-08-06' },
    '0.25',
  ],
  ['elsewhere what was asked, without an answer', { provider: 'openai', requestModel: 'gpt-4o-mini' }, '0.015'],
  ['no name at all', { provider: 'openai' }, 'model_missing'],
])('%s', (_what, call, expected) => {
  expect(price(call)).toBe(expected);
});

test('a place that the call states wins over that of a path', () => {
  const requestModel = 'projects/p/locations/europe-west1/publishers/anthropic/models/claude-sonnet-5';
  expect(price({ provider: 'gcp.vertex_ai', requestModel }, 'global')).toBe('0.2');
});
