import { describe, expect, test } from 'vitest';
import { callSettings } from './call-settings.ts';

describe('COSTSPAN_TAGS', () => {
  test.each([
    ['team=growth,environment=prod', { team: 'growth', environment: 'prod' }],
    [' team = growth , ', { team: 'growth' }],
    ['team=a%2Cb', { team: 'a,b' }],
    ['team=100%', { team: '100%' }],
    ['team', {}],
    ['', {}],
    [undefined, {}],
  ])('%s', (text, tags) => {
    expect(Object.fromEntries(callSettings({}, { COSTSPAN_TAGS: text }).tags)).toEqual(tags);
  });

  test('is laid under the tags of the configuration', () => {
    const { tags } = callSettings(
      { tags: { team: 'core', environment: null } },
      { COSTSPAN_TAGS: 'team=x,environment=y,user=z' },
    );
    expect(Object.fromEntries(tags)).toEqual({ team: 'core', environment: undefined, user: 'z' });
  });
});

describe('hosts that are asked for usage', () => {
  test('come from here, from the environment and from the configuration', () => {
    const env = { COSTSPAN_INCLUDE_USAGE_HOSTS: 'a.example, .b.example' };
    const { includeUsageHosts } = callSettings({ includeUsageHosts: ['c.example'] }, env);
    expect(includeUsageHosts).toEqual(
      expect.arrayContaining(['api.openai.com', 'a.example', '.b.example', 'c.example']),
    );
  });

  test('are none when the option is switched off', () => {
    expect(callSettings({ injectIncludeUsage: false, includeUsageHosts: ['c'] }, {}).includeUsageHosts).toEqual([]);
  });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'a stream idle timeout of %d is not used',
  (streamIdleTimeoutMs) => {
    expect(callSettings({ streamIdleTimeoutMs }, {}).streamIdleTimeoutMs).toBe(300_000);
  },
);
