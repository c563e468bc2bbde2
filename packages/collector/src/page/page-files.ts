import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { extname } from 'node:path';

export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  /** Strong: changes with every byte of the body. */
  readonly etag: string;
  readonly body: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript; charset=utf-8',
};

/**
 * Every file of the page, from `assets/` as it is and from `client/` as JavaScript. Built packages hold JavaScript already;
 * in a checkout the types are taken out here, so that the page needs no build.
 */
export function readPageFiles(): PageFile[] {
  return [
    ...namesIn('assets').map((name) =>
      pageFile(name === 'index.html' ? '/' : `/page/${name}`, name, text('assets', name)),
    ),
    ...namesIn('client')
      .filter((name) => /(?<!\.test|\.d)\.(ts|js)$/.test(name))
      .map((name) => {
        const script = `${name.slice(0, -extname(name).length)}.js`;
        return pageFile(`/page/client/${script}`, script, scriptOf(name));
      }),
  ];
}

function pageFile(path: string, name: string, body: string): PageFile {
  return {
    path,
    contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    body,
  };
}

function scriptOf(name: string): string {
  const source = text('client', name);
  if (extname(name) === '.js') return source;
  // The same rewriting of imports that tsc does for the package.
  return stripTypeScriptTypes(source).replace(/(from '\.\/[^']+)\.ts'/g, "$1.js'");
}

function namesIn(folder: string): string[] {
  return readdirSync(new URL(`./${folder}/`, import.meta.url)).sort();
}

function text(folder: string, name: string): string {
  return readFileSync(new URL(`./${folder}/${name}`, import.meta.url), 'utf8');
}
