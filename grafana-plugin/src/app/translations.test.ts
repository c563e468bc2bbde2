import { expect, test, vi } from 'vitest';
import { isOne } from './translations.ts';

const viewer = vi.hoisted(() => ({ bootData: { user: { language: '' } } }));
vi.mock('@grafana/runtime', () => ({ config: viewer }));
vi.mock('@grafana/i18n', () => ({ initPluginTranslations: vi.fn() }));
vi.mock('i18next', () => ({ default: {} }));

test.each([
  ['en-US', 1, true],
  ['en-US', 0, false],
  ['en-US', 2, false],
  ['ar-SA', 1, true],
  ['ar-SA', 2, false],
  // What has no translation is English, also where none or every number would be told alike.
  ['fr-FR', 0, false],
  ['ja-JP', 1, true],
])('the texts for %s tell %d of something in the singular: %s', (language, count, one) => {
  viewer.bootData.user.language = language;
  expect(isOne(count)).toBe(one);
});
