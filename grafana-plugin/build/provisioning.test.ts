import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const home = join(import.meta.dirname, '..');
const provisioned = readFileSync(join(home, 'provisioning/plugins/apps.yaml'), 'utf8');

test('a file can set what the configuration page can set, and keeps the secret apart', () => {
  const settings = readFileSync(join(home, 'src/app/settings.ts'), 'utf8');
  const fields = [...settings.matchAll(/^ {2}readonly (\w+)\?: string;/gm)].map(([, name]) => name);
  const [open = '', secret = ''] = provisioned.split('secureJsonData:');
  expect(fields.length).toBeGreaterThan(2);
  expect([...open.matchAll(/^ {6}(\w+):/gm)].map(([, name]) => name)).toEqual(fields);
  expect(secret.trim()).toBe('apiToken: $COSTSPAN_KEY');
});
