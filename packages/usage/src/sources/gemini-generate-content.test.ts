import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const read = (usageMetadata: object, more: object = {}) =>
  extractUsage({ provider: 'google', body: { modelVersion: 'gemini-3-flash', usageMetadata, ...more } });

test('thoughts and what tools put into the prompt are added', () => {
  const usage = {
    promptTokenCount: 257,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: 196 }],
    toolUsePromptTokenCount: 1732,
    toolUsePromptTokensDetails: [{ modality: 'TEXT', tokenCount: 1732 }],
    candidatesTokenCount: 170,
    thoughtsTokenCount: 773,
    totalTokenCount: 2932,
  };
  expect(read(usage)).toMatchObject({
    model: 'gemini-3-flash',
    source: 'gemini.generate_content',
    usage: {
      meters: {
        input_tokens: 1989,
        input_text_tokens: 1928,
        input_tool_tokens: 1732,
        input_text_tool_tokens: 1732,
        output_tokens: 943,
        output_reasoning_tokens: 773,
      },
    },
    findings: [],
  });
});

test.each([
  ['stand beside the candidates', { totalTokenCount: 130 }, 120],
  ['stand beside the candidates where there is no total', {}, 120],
  ['are inside when the total leaves no room for them', { totalTokenCount: 110 }, 100],
])('thoughts %s', (_name, total, output) => {
  const usage = { promptTokenCount: 10, candidatesTokenCount: 100, thoughtsTokenCount: 20, ...total };
  expect(read(usage)).toMatchObject({ usage: { meters: { output_tokens: output } }, findings: [] });
});

test('an answer of thoughts alone has an output', () => {
  expect(read({ promptTokenCount: 15, thoughtsTokenCount: 2, totalTokenCount: 17 }).usage.meters).toMatchObject({
    output_tokens: 2,
    output_reasoning_tokens: 2,
  });
});

test('pages of a document are images, and modalities that come twice are added', () => {
  const usage = {
    promptTokenCount: 345,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 87 },
      { modality: 'DOCUMENT', tokenCount: 200 },
      { modality: 'IMAGE', tokenCount: 58 },
      { modality: 'constructor', tokenCount: 1 },
    ],
    cachedContentTokenCount: 230,
    cacheTokensDetails: [
      { modality: 'TEXT', tokenCount: 58 },
      { modality: 'DOCUMENT', tokenCount: 172 },
    ],
    candidatesTokenCount: 51,
    totalTokenCount: 396,
  };
  expect(read(usage).usage.meters).toEqual({
    input_tokens: 345,
    output_tokens: 51,
    cache_read_tokens: 230,
    input_text_tokens: 87,
    input_image_tokens: 258,
    cache_text_read_tokens: 58,
    cache_image_read_tokens: 172,
  });
});

test('cached tokens of a prompt of one modality are of that modality', () => {
  const usage = { promptTokenCount: 100, cachedContentTokenCount: 80, candidatesTokenCount: 1, totalTokenCount: 101 };
  const text = [{ modality: 'TEXT', tokenCount: 100 }];
  expect(read({ ...usage, promptTokensDetails: text }).usage.meters).toMatchObject({ cache_text_read_tokens: 80 });
  const some = [{ modality: 'TEXT', tokenCount: 60 }];
  expect(read({ ...usage, promptTokensDetails: some }).usage.meters).not.toHaveProperty('cache_text_read_tokens');
});

test.each([
  [{ trafficType: 'ON_DEMAND' }, { service_tier: 'standard' }],
  [{ trafficType: 'ON_DEMAND_FLEX' }, { service_tier: 'flex' }],
  [{ trafficType: 'ON_DEMAND_PRIORITY' }, { service_tier: 'priority' }],
  [{ trafficType: 'PROVISIONED_THROUGHPUT' }, { service_tier: 'provisioned_throughput' }],
  [{ trafficType: 'TRAFFIC_TYPE_UNSPECIFIED' }, {}],
  [{ serviceTier: 'PRIORITY', trafficType: 'ON_DEMAND' }, { service_tier: 'priority' }],
])('%j was served as %j', (stated, context) => {
  expect(read({ promptTokenCount: 1, ...stated }).context).toEqual(context);
});

test('a chunk without counts says nothing yet', () => {
  expect(read({ trafficType: 'ON_DEMAND' }).usage).toEqual({ status: 'unavailable', meters: {} });
});

test('searches are billed by the query since Gemini 3, by the prompt before', () => {
  const candidates = [{ groundingMetadata: { webSearchQueries: ['a', 'b'], groundingChunks: [{ maps: {} }] } }];
  const searches = (modelVersion: string) => read({ promptTokenCount: 1 }, { modelVersion, candidates }).usage.meters;
  expect(searches('gemini-3-pro')).toMatchObject({ web_searches: 2, map_searches: 1 });
  expect(searches('gemini-2.5-pro')).toMatchObject({ web_searches: 1, map_searches: 1 });
  expect(read({ promptTokenCount: 1 }).usage.meters).toEqual({ input_tokens: 1 });
});

test('Live calls its candidates a response', () => {
  const usage = {
    promptTokenCount: 9,
    responseTokenCount: 50,
    responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 50 }],
    totalTokenCount: 59,
  };
  expect(read(usage).usage.meters).toEqual({ input_tokens: 9, output_tokens: 50, output_audio_tokens: 50 });
});
