import { expect, test, vi } from 'vitest';
import { useFormats, viewerLocale } from './use-formats.ts';

const viewer = vi.hoisted(() => ({ regionalFormat: 'en-US', bootData: { user: { language: 'en-US' } } }));
vi.mock('@grafana/runtime', () => ({ config: viewer }));

test('every cell of a table has the same formatters, and another language has its own', () => {
  viewer.regionalFormat = 'en-US';
  const english = useFormats();
  expect(useFormats()).toBe(english);
  viewer.regionalFormat = 'de-DE';
  expect(useFormats()).not.toBe(english);
  expect(useFormats().money('1.5')).toBe('1,50\u00a0$');
});

test('a locale that nobody knows is read as English', () => {
  viewer.regionalFormat = 'not a locale';
  expect(viewerLocale()).toBe('en-US');
});
