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

export interface RedisServer {
  readonly socket: string;
  connect(): Redis;
  /** Ends the process without warning. What was written stays on the disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** A server of its own on a socket in a new directory, with every write on the disk before it is answered. */
export async function startRedis(): Promise<RedisServer> {
  const home = mkdtempSync(join(tmpdir(), 'costspan-redis-'));
  const socket = join(home, 'redis.sock');
  const clients: Redis[] = [];
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    socket,
    connect: () => {
      const client = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: null });
      client.on('error', () => {});
      clients.push(client);
      return client;
    },
    kill: async () => {
      if (child === undefined || child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    start: async () => {
      const options = ['--port', '0', '--unixsocket', socket, '--dir', home, '--save', '', '--appendonly', 'yes'];
      child = spawn(REDIS_PROGRAM as string, [...options, '--appendfsync', 'always'], { stdio: 'ignore' });
      const probe = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: null });
      probe.on('error', () => {});
      await probe.ping();
      probe.disconnect();
    },
    remove: async () => {
      for (const client of clients) client.disconnect();
      await server.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}
