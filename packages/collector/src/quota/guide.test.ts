import { readFileSync } from 'node:fs';
import { parsePlans, parseRules } from '@costspan/quota';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../config/parse-config.ts';

// docs/quota.md: its files load. Its commands are run by test/e2e/examples.test.ts.

const page = readFileSync(new URL('../../../../docs/quota.md', import.meta.url), 'utf8');
const files = [...page.matchAll(/^```yaml\n# (\S+\.yaml)(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, name = '', about = '', text = '']) => [`${name}${about}`, name, text] as const,
);

describe('a file of the guide loads', () => {
  test.each(files)('%s', (_, name, text) => {
    if (name === 'quota.yaml') expect(parseRules(text, name).rules.length).toBeGreaterThan(0);
    else if (name === 'plans.yaml') expect(parsePlans(text, name).plans.size).toBe(2);
    else if (name === 'costspan.yaml') expect(parseConfig(text, name, {}).quota?.targets).toHaveLength(1);
    else expect(parse(text)).toMatchObject({ typed_config: { http_service: { path_prefix: '/envoy/ext_authz' } } });
  });

  test('there are as many as were meant, and none without a name', () => {
    expect(files.map(([name]) => name)).toEqual([
      'quota.yaml',
      'costspan.yaml',
      'quota.yaml of a gateway',
      'quota.yaml by example',
      'plans.yaml',
      'envoy.yaml, the filter alone',
    ]);
    expect(page.match(/^```yaml$/gm)).toHaveLength(files.length);
  });

  test('the posted alert is JSON', () => {
    const [, json = ''] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? [];
    expect(JSON.parse(json)).toMatchObject({ type: 'quota.threshold', alerts: [{ used: '375.2' }] });
  });
});
