// Puts the built plugin and the host together as pages that a collector can serve by itself:
//   node build/assemble-pages.ts <folder>
// Every file stands there as it is and, where that is smaller, packed with Brotli and gzip. `files.json` lists them.
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { POLICY, pageHtml } from '../host/page-html.ts';
import { readPlugin } from './read-plugin.ts';
import { zip } from './zip.ts';

const home = join(import.meta.dirname, '..');
const out = process.argv[2];
if (out === undefined) throw new Error('name the folder to put the pages into');
/** A collector may be serving what stands there, so the new pages take its place as a whole. */
const next = `${out}.next`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.zip': 'application/zip',
};
/** All that a visitor may load, packed. */
const PACKED_BYTES_MAX = 1_600_000;
const PACK_FROM_BYTES = 1024;
const FOR_GRAFANA_ALONE = /^(dashboards|datasource)\//;

const plugin = readPlugin(join(home, 'dist'));
const { id, info } = JSON.parse(plugin.get('plugin.json')?.toString('utf8') ?? '{}') as {
  id: string;
  info: { version: string };
};
const host = readPlugin(join(home, 'host/dist'));
const archive = `${id}-${info.version}.zip`;
const version = host.get('grafana-version.txt')?.toString('utf8') ?? '';

const files = new Map<string, Buffer>();
files.set('index.html', Buffer.from(pageHtml({ 'plugin-id': id, 'grafana-version': version, direct: archive })));
for (const [path, body] of host)
  if (TYPES[extname(path)] !== undefined) files.set(path.startsWith('public/') ? path : `host/${path}`, body);
for (const [path, body] of plugin)
  if (TYPES[extname(path)] !== undefined && !FOR_GRAFANA_ALONE.test(path))
    files.set(`public/plugins/${id}/${path}`, body);
files.set(archive, zip(new Map([...plugin].map(([path, body]) => [`${id}/${path}`, body]))));

rmSync(next, { recursive: true, force: true });
let packedBytes = 0;
const listed = [...files].map(([path, body]) => {
  const encodings = write(path, body);
  return {
    path,
    type: TYPES[extname(path)],
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    encodings,
  };
});
writeFileSync(join(next, 'files.json'), `${JSON.stringify({ policy: POLICY, files: listed }, null, 1)}\n`);
process.stdout.write(`${files.size} files, ${Math.round(packedBytes / 1024)} KiB when packed with gzip\n`);
if (packedBytes > PACKED_BYTES_MAX)
  throw new Error(`the pages weigh ${packedBytes} bytes packed, more than ${PACKED_BYTES_MAX}`);
rmSync(out, { recursive: true, force: true });
renameSync(next, out);

/** Writes a file and what is smaller of it. @returns the encodings there are. */
function write(path: string, body: Buffer): readonly string[] {
  const target = join(next, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, body);
  const isText = !['.woff2', '.zip'].includes(extname(path));
  const gzip = isText && body.length >= PACK_FROM_BYTES ? gzipSync(body, { level: 9 }) : undefined;
  // Icons are loaded one by one when they are shown, and the archive only when somebody wants it.
  if (!path.endsWith('.zip') && !path.includes('/img/icons/')) packedBytes += (gzip ?? body).length;
  if (gzip === undefined) return [];
  writeFileSync(`${target}.gz`, gzip);
  writeFileSync(`${target}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  return ['br', 'gzip'];
}
