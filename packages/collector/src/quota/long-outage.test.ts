import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callId, eventually, type HttpAnswer, type QuotaHttp, startQuotaHttp } from './quota-http.contract.ts';
import { REDIS_HINT, REDIS_PROGRAM, type RedisProcess, startRedisProcess } from './redis-server.contract.ts';

/** How long the store stays away. Five minutes by the clock: `COSTSPAN_STORE_AWAY_MS=300000`. */
const AWAY_MS = Number(process.env['COSTSPAN_STORE_AWAY_MS'] ?? 1500);
const CALLS = 300;
const MODES = ['open', 'closed', 'degraded'] as const;

/** What became of the calls that were made while the store was away. */
interface Outage {
  readonly answers: readonly HttpAnswer[];
  readonly settled: readonly string[];
}

describe.skipIf(REDIS_PROGRAM === undefined)(
  `the store is away for ${AWAY_MS / 1000} s, with ${CALLS} calls in each fail mode (${REDIS_PROGRAM ?? REDIS_HINT})`,
  () => {
    const collectors = new Map<string, QuotaHttp>();
    const outages = new Map<string, Outage>();
    let redis: RedisProcess;

    beforeAll(async () => {
      redis = await startRedisProcess();
      for (const mode of MODES) {
        const rules = `rules: [{ id: all, applies_per: [customer_id], on_store_failure: ${mode}, limits: [{ cost: "4", per: lifetime }] }]`;
        const section = { store: redis.url, storePrefix: `${mode}:{quota}:`, storeTimeoutMs: 10_000, replicas: 2 };
        collectors.set(mode, await startQuotaHttp(rules, section));
      }
      for (const http of collectors.values()) expect((await ask(http, 0)).body.uncertain).toBeUndefined();
      await redis.kill();
      await Promise.all([...collectors].map(async ([mode, http]) => outages.set(mode, await callThrough(http))));
      await redis.start();
    }, AWAY_MS + 120_000);

    afterAll(async () => {
      for (const http of collectors.values()) await http.collector.close();
      await redis.remove();
    });

    test('open: every call passes, and all of them are counted when it is back, once', async () => {
      const { answers, settled } = outages.get('open') as Outage;
      expect(tally(answers)).toEqual({ '200 open': CALLS });
      expect(new Set(settled)).toEqual(new Set(['deferred']));
      await stands('open', `${CALLS / 100}`);
    });

    test('closed: every call is refused for the store, and nothing is counted', async () => {
      expect(tally((outages.get('closed') as Outage).answers)).toEqual({ '503 store_unreachable': CALLS });
      await stands('closed', '0');
    });

    test('degraded: half of the limit passes here, the rest is refused for it, and what passed is counted once', async () => {
      const { answers } = outages.get('degraded') as Outage;
      expect(tally(answers)).toEqual({ '200 degraded': 200, '429 limit': CALLS - 200 });
      expect(answers.at(-1)?.body.exceeded[0]).toMatchObject({ rule_id: 'all', limit: '2', used: '2' });
      await stands('degraded', '2');
    });

    /** The first call still holds its cent. */
    async function stands(mode: string, used: string): Promise<void> {
      const http = collectors.get(mode) as QuotaHttp;
      await eventually(async () => expect(await http.standing()).toEqual({ 'all acme': `${used} 0.01 4` }));
    }
  },
);

const ask = (http: QuotaHttp, n: number) =>
  http.decide({ id: callId(n), tags: { customer_id: 'acme' }, hold: { cost: '0.01' } });

/** Calls spread over the whole time, each settled when it passed; every third is told by its span too. */
async function callThrough(http: QuotaHttp): Promise<Outage> {
  const answers: HttpAnswer[] = [];
  const settled: string[] = [];
  const startedAt = performance.now();
  for (let n = 1; n <= CALLS; n += 1) {
    const waitMs = (n * AWAY_MS) / CALLS - (performance.now() - startedAt);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const answer = await ask(http, n);
    answers.push(answer);
    if (answer.status !== 200) continue;
    const { body } = await http.post(`/api/v1/quota/decisions/${callId(n)}/settle`, { cost: '0.01' });
    settled.push(body.outcome);
    if (n % 3 === 0) await http.span({ id: callId(n), tags: { customer_id: 'acme' } });
  }
  return { answers, settled };
}

function tally(answers: readonly HttpAnswer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const key = `${status} ${status === 200 ? body.uncertain?.mode : body.reason}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
