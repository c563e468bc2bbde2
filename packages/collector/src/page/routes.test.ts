import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { pageRoutes } from './routes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-pages-'));
const folder = join(scratch, 'pages');
build(folder, '<html>host</html>');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('built pages', () => {
  const app = pageRoutes(folder);

  test.each(['/', '/a/costspan-usage-app/overview', '/a/costspan-usage-app/customers/a%2Fb/calls/x'])(
    '%s is the host page, under the policy that was built with it',
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

  test('pages that are built anew are served from then on', async () => {
    const again = join(scratch, 'again');
    build(again, '<html>first</html>');
    const running = pageRoutes(again);
    expect(await (await running.request('/')).text()).toBe('<html>first</html>');
    renameSync(again, join(scratch, 'old'));
    build(again, '<html>second</html>');
    expect(await (await running.request('/')).text()).toBe('<html>second</html>');
  });
});

describe('where no pages were built', () => {
  const none = join(scratch, 'none');

  test('a page says how they come, asks again by itself and runs no script', async () => {
    const response = await pageRoutes(none).request('/');
    const html = await response.text();
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(html).toContain('npm start');
    expect(html).toContain('http-equiv="refresh"');
    const style = /<style>(.*)<\/style>/s.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect((await pageRoutes(none).request('/host/host.js')).status).toBe(404);
  });

  test('it tells what their builder says, and gives way to them', async () => {
    const later = join(scratch, 'later');
    const running = pageRoutes(later);
    mkdirSync(later);
    writeFileSync(join(later, 'news.txt'), 'installing <libraries>');
    expect(await (await running.request('/a/costspan-usage-app/quotas')).text()).toContain('installing &lt;libraries>');
    rmSync(later, { recursive: true });
    build(later, '<html>host</html>');
    expect(await (await running.request('/')).text()).toBe('<html>host</html>');
  });
});

function build(to: string, host: string): void {
  mkdirSync(join(to, 'host'), { recursive: true });
  const files = [
    { path: 'index.html', type: 'text/html; charset=utf-8', etag: '"index"', encodings: [] },
    { path: 'host/host.js', type: 'text/javascript; charset=utf-8', etag: '"host"', encodings: ['br', 'gzip'] },
  ];
  writeFileSync(join(to, 'index.html'), host);
  writeFileSync(join(to, 'secret.txt'), 'not listed');
  for (const [ending, text] of [
    ['', 'plain'],
    ['.br', 'brotli'],
    ['.gz', 'gzip'],
  ] as const) {
    writeFileSync(join(to, `host/host.js${ending}`), text);
  }
  writeFileSync(join(to, 'files.json'), JSON.stringify({ policy: "default-src 'none'", files }));
}
