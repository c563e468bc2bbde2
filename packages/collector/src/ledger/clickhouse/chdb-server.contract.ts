import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

/**
 * A ClickHouse engine (chDB) behind as much of the HTTP interface as `@clickhouse/client` uses: statements, bound values, settings
 * of one request, the database, errors. A process of its own, like a server: `node … FOLDER_WITH_NODE_MODULES DATA_DIRECTORY`
 * prints its port. Settings and values are written into the statement, since those of a chDB session stay for the next one.
 */
interface Session {
  queryAsync(sql: string, options: { readonly format?: string }): Promise<{ text(): string }>;
  close(): void;
}

const [modules = '', data = ''] = process.argv.slice(2);
const { Session } = createRequire(`${modules}/`)('chdb') as { Session: new (path: string) => Session };
const session = new Session(data);

/** chDB has one current database; statements of another one wait until nothing runs. */
let database = 'default';
let running = 0;
const waiting: { readonly name: string; readonly go: () => void }[] = [];

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    response.writeHead(500, {
      'content-type': 'text/plain',
      'x-clickhouse-exception-code': /Code: (\d+)/.exec(message)?.[1] ?? '1002',
    });
    response.end(message);
  });
}).listen(Number(process.argv[4] ?? 0), '127.0.0.1', function (this: { address(): unknown }) {
  process.stdout.write(`${(this.address() as { port: number }).port}\n`);
});
// It goes with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
  const params = url.searchParams;
  const query = params.get('query');
  const sql = statement(query === null ? body : query, query === null ? undefined : body, params);
  const text = await inDatabase(params.get('database') ?? 'default', () => session.queryAsync(sql, {}));
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text.text());
}

async function inDatabase<T>(name: string, work: () => Promise<T>): Promise<T> {
  while (name !== database && running > 0) await new Promise<void>((go) => waiting.push({ name, go }));
  running += 1;
  try {
    if (name !== database) {
      database = name;
      await session.queryAsync(`USE ${name}`, {});
    }
    return await work();
  } finally {
    running -= 1;
    if (running === 0) for (const { go } of waiting.splice(0)) go();
  }
}

const OWN = new Set([
  'query',
  'database',
  'query_id',
  'default_format',
  'enable_http_compression',
  'session_id',
  'role',
  'wait_end_of_query',
]);
/** They belong to a cluster. */
const ABSENT = new Set(['insert_quorum', 'insert_quorum_parallel', 'select_sequential_consistency']);

function statement(query: string, data: string | undefined, params: URLSearchParams): string {
  const settings = [...params].filter(([key]) => !OWN.has(key) && !ABSENT.has(key) && !key.startsWith('param_'));
  const list = settings.map(([key, value]) => `${key} = ${/^\d+$/.test(value) ? value : `'${value}'`}`).join(', ');
  const bound = query.replace(/\{(p\d+):(\w+)\}/g, (_, name: string, type: string) => {
    const value = params.get(`param_${name}`) ?? '';
    return type === 'String' ? `'${value}'` : `to${type}('${value}')`;
  });
  // Behind the statement, before its format. A statement that defines takes none.
  if (list === '' || /^\s*(CREATE|DROP|ALTER|USE|OPTIMIZE|TRUNCATE)/i.test(bound)) return bound;
  const [, before = bound, format = ''] = /^([\s\S]*?)(\s+FORMAT \w+\s*)$/.exec(bound) ?? [];
  // In an insert of a selection the settings of the insert stand before the selection.
  const selection = /^(\s*INSERT INTO \w+ \([^)]*\))(\s*SELECT[\s\S]*)$/.exec(before);
  const whole = selection === null ? `${before} SETTINGS ${list}` : `${selection[1]} SETTINGS ${list} ${selection[2]}`;
  return `${whole}${format}${data === undefined ? '' : `\n${data}`}`;
}
