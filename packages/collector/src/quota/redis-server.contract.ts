import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** `redis-server` or `valkey-server`, whichever is installed. */
export const REDIS_PROGRAM = ['redis-server', 'valkey-server'].find(
  (program) => spawnSync(program, ['--version']).status === 0,
);
export const REDIS_REQUIRED = process.env['COSTSPAN_REQUIRE_ALL'] === '1';
export const REDIS_HINT = 'needs a Redis server: apt-get install redis-server';

export interface RedisProcess {
  /** `unix:///…`, as the option `quota.store` takes it. */
  readonly url: string;
  readonly client: Redis;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Lets it hang, with its connections open. */
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
}

/** A server of its own on a socket in a new directory. */
export async function startRedisProcess(): Promise<RedisProcess> {
  const home = mkdtempSync(join(tmpdir(), 'costspan-redis-'));
  const socket = join(home, 'redis.sock');
  const client = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: null, lazyConnect: true });
  client.on('error', () => {});
  let child: ChildProcess | undefined;
  const server: RedisProcess = {
    url: `unix://${socket}`,
    client,
    start: async () => {
      const options = ['--port', '0', '--unixsocket', socket, '--dir', home, '--save', '', '--appendonly', 'yes'];
      child = spawn(REDIS_PROGRAM as string, [...options, '--appendfsync', 'always'], { stdio: 'ignore' });
      await client.ping();
    },
    kill: async () => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await ended;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    remove: async () => {
      client.disconnect();
      await server.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}
