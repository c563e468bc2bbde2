import { MemoryStore, type QuotaStore } from '@costspan/quota';
import type { StoreConfig } from './quota-config.ts';
import { type StoreWatch, watchStore } from './watched-store.ts';

export interface OpenStore {
  readonly store: QuotaStore;
  /** Counters of other processes too, which outlive this one. */
  readonly isShared: boolean;
  close(): void;
}

/** Opens the counters. A server that cannot be reached is no error here: the rules say what happens meanwhile. */
export async function openStore(config: StoreConfig, watch: StoreWatch): Promise<OpenStore> {
  if (config.kind === 'memory') {
    return { store: watchStore(new MemoryStore(), watch), isShared: false, close: () => {} };
  }
  // Loaded only where it is asked for.
  const [{ connectRedis }, { RedisStore }] = await Promise.all([
    import('./redis-client.ts'),
    import('@costspan/quota/redis'),
  ]);
  let settled: () => void = () => {};
  const first = new Promise<void>((resolve) => {
    settled = resolve;
  });
  const connection = connectRedis({
    url: config.url,
    timeoutMs: config.timeoutMs,
    onAway: (cause) => {
      watch.onFailure(cause);
      settled();
    },
    onReady: () => {
      watch.onAnswer();
      settled();
    },
  });
  // So that the first decision does not find a connection that is still being made.
  await first;
  const store = new RedisStore(connection.client, { prefix: config.prefix });
  return { store: watchStore(store, watch), isShared: true, close: connection.close };
}
