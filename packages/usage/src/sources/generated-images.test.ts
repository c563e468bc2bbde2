import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test.each([
  ['openai', 'images', { data: [{ url: 'https://a' }, { b64_json: '' }] }, 2],
  ['google-vertex', 'predict', { predictions: [{ bytesBase64Encoded: '', mimeType: 'image/png' }] }, 1],
  ['google', 'generateImages', { generatedImages: [{ image: {} }, { image: {} }, { image: {} }] }, 3],
  ['aws', 'invoke', { images: ['aaaa'] }, 1],
])('%s: an answer of images without usage is counted by the image', (provider, api, body, images) => {
  expect(extractUsage({ provider, api, body }).usage).toEqual({ status: 'reported', meters: { images } });
});

test.each([{ data: [] }, { data: [{ embedding: [1] }] }, { images: [{}] }, { data: 'x' }])(
  '%j holds no images',
  (body) => {
    expect(extractUsage({ provider: 'openai', api: 'images', body }).usage.status).toBe('unavailable');
  },
);

test('size and quality are a price axis of images', () => {
  const read = (more: object) =>
    extractUsage({ provider: 'openai', api: 'images', body: { data: [{ url: '' }], ...more } }).context;
  expect(read({ size: '1024x1024', quality: 'hd' })).toEqual({ variant: '1024x1024/hd' });
  expect(read({ size: '1024x1024' })).toEqual({ variant: '1024x1024' });
  expect(read({})).toEqual({});
});
