import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openBuiltPages } from './built-pages.ts';
import { pageRoutes } from './routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'costspan-pages-'));
mkdirSync(join(folder, 'host'));
const files = [
  { path: 'index.html', type: 'text/html; charset=utf-8', etag: '"index"', encodings: [] },
  { path: 'host/host.js', type: 'text/javascript; charset=utf-8', etag: '"host"', encodings: ['br', 'gzip'] },
];
writeFileSync(join(folder, 'files.json'), JSON.stringify({ policy: "default-src 'none'", files }));
writeFileSync(join(folder, 'index.html'), '<html>host</html>');
writeFileSync(join(folder, 'secret.txt'), 'not listed');
for (const [ending, text] of [
  ['', 'plain'],
  ['.br', 'brotli'],
  ['.gz', 'gzip'],
]) {
  writeFileSync(join(folder, `host/host.js${ending}`), text as string);
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const app = openBuiltPages(folder)!;

test.each(['/', '/a/costspan-usage-app/overview', '/a/costspan-usage-app/customers/a%2Fb/calls/x'])(
  '%s is the host page',
  async (path) => {
    const response = await app.request(path);
    expect([response.status, await response.text()]).toEqual([200, '<html>host</html>']);
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  },
);

test.each([
  ['br, gzip', 'br', 'brotli'],
  ['gzip', 'gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip', 'gzip'],
  ['identity', null, 'plain'],
  ['', null, 'plain'],
])('who accepts "%s" gets %s', async (accepted, encoding, text) => {
  const response = await app.request('/host/host.js', { headers: { 'accept-encoding': accepted } });
  expect([response.headers.get('content-encoding'), await response.text()]).toEqual([encoding, text]);
  expect(response.headers.get('vary')).toBe('accept-encoding');
});

test('a file that did not change is not sent again', async () => {
  const response = await app.request('/host/host.js', { headers: { 'if-none-match': '"host"' } });
  expect([response.status, await response.text()]).toEqual([304, '']);
});

test.each(['/secret.txt', '/files.json', '/host/host.js.br', '/host/../secret.txt', '/host/none.js'])(
  '%s is not served',
  async (path) => {
    expect((await app.request(path)).status).toBe(404);
  },
);

test('where no pages were built the small page is served', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'costspan-pages-'));
  expect(openBuiltPages(empty)).toBeUndefined();
  for (const none of [empty, null])
    expect(await (await pageRoutes(none).request('/')).text()).toContain('page/client/main.js');
  expect(await (await pageRoutes(folder).request('/')).text()).toBe('<html>host</html>');
  rmSync(empty, { recursive: true, force: true });
});
