import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface TestServer {
  /** A place for a ledger of its own. */
  readonly place: () => string;
  readonly close: () => Promise<void>;
}

const VERSION = '3.4.0';
/** Half a gigabyte that only these tests need: kept between runs, outside of what the repository installs. */
const CACHE =
  process.env['COSTSPAN_CHDB_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'costspan', `chdb-${VERSION}`);

export const INSTALL_HINT = `no ClickHouse: set COSTSPAN_TEST_CLICKHOUSE_URL=clickhouse://…, or let npm install chdb@${VERSION} into ${CACHE}`;

/** The server of `COSTSPAN_TEST_CLICKHOUSE_URL`, else chDB behind HTTP; `undefined` where neither can be had. */
export async function openTestServer(): Promise<TestServer | undefined> {
  const url = process.env['COSTSPAN_TEST_CLICKHOUSE_URL'];
  let made = 0;
  const run = `${process.pid}_${Date.now().toString(36)}`;
  const name = (): string => {
    made += 1;
    return `test_${run}_${made}`;
  };
  if (url !== undefined && url !== '') {
    return { place: () => url.replace(/^(\w+:\/\/[^/?]+)[^?]*/, `$1/${name()}`), close: async () => {} };
  }
  if (!(await hasChdb())) return undefined;
  const data = mkdtempSync(join(tmpdir(), 'costspan-chdb-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'chdb-server.contract.ts'), CACHE, data], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`chDB ended with ${code}`)));
  });
  return {
    place: () => `clickhouse://127.0.0.1:${port}/${name()}`,
    async close() {
      child.stdin.end();
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Two test files may want it at once: each installs for itself, and the first that is done is moved into place. */
async function hasChdb(): Promise<boolean> {
  const isThere = () => existsSync(join(CACHE, 'node_modules', 'chdb', 'package.json'));
  if (isThere()) return true;
  const own = `${CACHE}.${process.pid}`;
  try {
    mkdirSync(own, { recursive: true });
    const flags = ['install', '--prefix', own, '--no-audit', '--no-fund', '--ignore-scripts', `chdb@${VERSION}`];
    await promisify(execFile)('npm', flags, { timeout: 600_000 });
    renameSync(own, CACHE);
  } catch {
    // There is no registry, no room, no build for this machine, or somebody else was first.
    rmSync(own, { recursive: true, force: true });
  }
  return isThere();
}
