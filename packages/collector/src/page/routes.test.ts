import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPageFiles } from './page-files.ts';
import { pageRoutes } from './routes.ts';

const app = pageRoutes(null);
const files = readPageFiles();

test('the page forbids every script but its own files', async () => {
  const response = await app.request('/');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = response.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/unsafe|data:|https?:|\*/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('the host page holds no script and no style of its own', async () => {
  const html = await (await app.request('/')).text();
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
});

test('all it refers to is served, relative to where it is mounted', async () => {
  const html = await (await app.request('/')).text();
  const targets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
  expect(targets.length).toBeGreaterThan(3);
  for (const target of targets) {
    expect(target).not.toMatch(/^\/|:/);
    expect((await app.request(`/${target}`)).status).toBe(200);
  }
});

test('scripts are JavaScript, and every module they import is served', async () => {
  const scripts = files.filter((file) => file.path.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(15);
  for (const script of scripts) {
    const response = await app.request(script.path);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const imports = [...script.body.matchAll(/^(?:import|export|\}).* from '([^']+)'/gm)].map(
      (match) => match[1] as string,
    );
    for (const target of imports) {
      expect(files.map((file) => file.path)).toContain(new URL(target, `http://x${script.path}`).pathname);
    }
  }
});

test('a file that did not change is not sent again', async () => {
  const first = await app.request('/page/page.css');
  const etag = first.headers.get('etag');
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  const second = await app.request('/page/page.css', { headers: { 'if-none-match': etag ?? '' } });
  expect(second.status).toBe(304);
  expect(await second.text()).toBe('');
});

test.each(['/page/../package.json', '/page/client/main.ts', '/page/client/page-state.test.js', '/page/nothing.js'])(
  '%s is not served',
  async (path) => {
    expect((await app.request(path)).status).toBe(404);
  },
);

describe('the code of the page', () => {
  const folder = new URL('./client/', import.meta.url);
  const names = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'));

  test.each(names)('%s turns no text into markup', (name) => {
    const source = readFileSync(new URL(name, folder), 'utf8');
    expect(source).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function/,
    );
  });
});
