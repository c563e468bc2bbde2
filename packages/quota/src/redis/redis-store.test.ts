import { describe, expect, test } from 'vitest';
import { quotaStoreContract } from '../store/quota-store.contract.ts';
import { REDIS_HINT, REDIS_PROGRAM, REDIS_REQUIRED, startRedis } from './redis-server.contract.ts';
import { RedisStore } from './redis-store.ts';

test.runIf(REDIS_REQUIRED)('a Redis server is installed', () => expect(REDIS_PROGRAM, REDIS_HINT).toBeDefined());

describe.skipIf(REDIS_PROGRAM === undefined)(`Redis (${REDIS_PROGRAM ?? REDIS_HINT})`, () => {
  quotaStoreContract(async () => {
    const server = await startRedis();
    return { store: new RedisStore(server.connect()), close: () => server.remove() };
  });
});
