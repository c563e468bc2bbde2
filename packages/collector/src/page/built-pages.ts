import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the pages, packed and not. */
interface BuiltFile {
  /** Below the folder, and below `/` of the collector. */
  readonly path: string;
  readonly type: string;
  /** Strong: changes with every byte of the body. */
  readonly etag: string;
  /** Packed copies beside the file, the smallest first. */
  readonly encodings: readonly Encoding[];
}

type Encoding = 'br' | 'gzip';

const ENDINGS: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/**
 * The Grafana app in its host page, as `build/assemble-pages.ts` of the app puts it into a folder. Its `files.json` says
 * which files there are and what a browser may load; nothing else of the folder is served. The list is read again when it
 * is a newer one.
 */
export class BuiltPages {
  readonly #folder: string;
  #listed = '';
  #policy = '';
  #files: ReadonlyMap<string, BuiltFile> = new Map();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param path of the address, with its leading slash and as it was sent */
  find(path: string): BuiltFile | undefined {
    this.#readList();
    return this.#files.get(path);
  }

  /** What whoever builds the pages last said about it. */
  news(): string | undefined {
    return textOf(join(this.#folder, 'news.txt'));
  }

  async serve({ path, type, etag, encodings }: BuiltFile, request: Request): Promise<Response> {
    const known = {
      'content-security-policy': this.#policy,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
      etag,
    };
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: known });
    const encoding = encodings.find((one) => accepts(request.headers.get('accept-encoding') ?? '', one));
    const body = await readFile(join(this.#folder, encoding === undefined ? path : `${path}${ENDINGS[encoding]}`));
    const packed = encoding === undefined ? {} : { 'content-encoding': encoding };
    return new Response(new Uint8Array(body), { headers: { ...known, ...packed, 'content-type': type } });
  }

  #readList(): void {
    const list = join(this.#folder, 'files.json');
    const stat = statSync(list, { throwIfNoEntry: false });
    const listed = stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs}`;
    if (listed === this.#listed) return;
    const { policy, files } = JSON.parse(textOf(list) ?? '{"policy":"","files":[]}') as {
      policy: string;
      files: readonly BuiltFile[];
    };
    this.#policy = policy;
    this.#files = new Map(files.map((file) => [`/${file.path}`, file]));
    this.#listed = listed;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function accepts(header: string, encoding: Encoding): boolean {
  return header
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .some(([name, weight]) => name === encoding && !/^q=0(\.0*)?$/.test(weight ?? ''));
}
