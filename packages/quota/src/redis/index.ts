export { type RedisClient, RedisStore, type RedisStoreOptions } from './redis-store.ts';
