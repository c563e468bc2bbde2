import { parseMoney } from '@costspan/usage';
import { Redis } from 'ioredis';
import { Quota } from '../engine/quota.ts';
import { parseRules } from '../rules/read-rules.ts';
import { RedisStore } from './redis-store.ts';

// One of several processes that spend from one budget: asks `calls` times at once, tells its parent how many were allowed, and
// then either settles them or waits to be killed with its reservations open.

const [socket = '', name = '', calls = '0', ending = 'settle'] = process.argv.slice(2);
const NOW = 1_764_000_000_000;
const TENTH = parseMoney('0.10');

const client = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: null });
client.on('error', () => {});
const rules = parseRules(
  'format: costspan.quota/1\nrules: [{ id: five, on_store_failure: closed, lease_seconds: 60, limits: [{ cost: "5.00", per: day }] }]',
  'five',
);
const quota = new Quota({ rules, store: new RedisStore(client) });
await client.ping();
process.send?.({ ready: true });
process.once('message', async () => {
  const ids = Array.from({ length: Number(calls) }, (_, index) => `${name}-${index}`);
  const decisions = await Promise.all(
    ids.map((id) =>
      quota.reserve({ id, call: { provider: 'openai', model: 'gpt-4o', tags: {} }, hold: { cost: TENTH } }, NOW),
    ),
  );
  const allowed = decisions.filter(({ kind }) => kind === 'allow').map(({ id }) => id);
  if (ending === 'settle') for (const id of allowed) await quota.settle(id, { cost: TENTH }, NOW);
  process.send?.({ allowed: allowed.length, denied: decisions.length - allowed.length });
  if (ending === 'settle') {
    client.disconnect();
    process.disconnect?.();
  }
});
