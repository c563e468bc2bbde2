import { Redis } from 'ioredis';

export interface RedisConnection {
  readonly client: Redis;
  close(): void;
}

export interface RedisClientOptions {
  readonly url: string;
  /** Longest time one command may take, connecting included. */
  readonly timeoutMs: number;
  /** The connection is gone, or could not be made. Told every time. */
  readonly onAway: (cause: Error) => void;
  readonly onReady: () => void;
}

const RECONNECT_MS_MAX = 2000;

/**
 * The only file that knows the Redis client. It connects again for ever, and a command fails at once while there is no
 * connection: what then happens to a call is the rule's to say, and nobody waits for a server.
 */
export function connectRedis({ url, timeoutMs, onAway, onReady }: RedisClientOptions): RedisConnection {
  const options = {
    commandTimeout: timeoutMs,
    connectTimeout: Math.max(timeoutMs, 1000),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 10), RECONNECT_MS_MAX),
    connectionName: 'costspan-quota',
  };
  const target = url.startsWith('unix:') ? new URL(url).pathname : url;
  const client = new Redis(target, options);
  client.on('error', onAway);
  client.on('ready', onReady);
  return { client, close: () => client.disconnect() };
}
