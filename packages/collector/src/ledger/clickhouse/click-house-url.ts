import { CostspanError } from '@costspan/usage';

/** Where a ledger stands in ClickHouse. */
export interface ClickHousePlace {
  /** HTTP interface of the server. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Name of the cluster whose replicas and shards hold the tables; absent on a single server. */
  readonly cluster?: string;
}

const HTTP_PORT = '8123';
const HTTPS_PORT = '8443';
const NAME = /^[A-Za-z_]\w{0,63}$/;
const FORM =
  'clickhouse://user:password@host:8123/database, with ?cluster=NAME for a cluster and clickhouses:// for TLS';

/**
 * Reads `clickhouse://user:password@host:8123/database?cluster=NAME`; `clickhouses://` speaks TLS. The port is that of the HTTP interface.
 * @throws CostspanError `STORE_URL` when it is none. The message does not hold the password.
 */
export function parseClickHouseUrl(text: string): ClickHousePlace {
  const scheme = /^clickhouse(s?):\/\//.exec(text);
  const web = scheme === null ? undefined : text.replace(/^clickhouse/, 'http');
  if (web === undefined || !URL.canParse(web)) throw wrong(`it is not of the form ${FORM}`);
  const url = new URL(web);
  const tls = scheme?.[1] === 's';
  const database = url.pathname.slice(1) || 'costspan';
  const cluster = url.searchParams.get('cluster') ?? undefined;
  for (const [what, name] of [
    ['database', database],
    ['cluster', cluster ?? 'none'],
  ] as const) {
    if (!NAME.test(name)) throw wrong(`the ${what} "${name}" is not a plain name of letters, digits and _`);
  }
  const unknown = [...url.searchParams.keys()].filter((key) => key !== 'cluster');
  if (unknown.length > 0) throw wrong(`${unknown.join(', ')} is not known; it is of the form ${FORM}`);
  return {
    url: `${tls ? 'https' : 'http'}://${url.hostname}:${portOf(text, url, tls)}`,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database,
    ...(cluster !== undefined && { cluster }),
  };
}

/** A URL forgets the usual port of its scheme, which is not the usual one of ClickHouse. */
function portOf(text: string, { port }: URL, tls: boolean): string {
  if (port !== '') return port;
  const usual = tls ? '443' : '80';
  return new RegExp(`:${usual}(/|\\?|$)`).test(text) ? usual : tls ? HTTPS_PORT : HTTP_PORT;
}

function wrong(why: string): CostspanError {
  return new CostspanError('STORE_URL', `the store is no place in ClickHouse: ${why}`);
}
