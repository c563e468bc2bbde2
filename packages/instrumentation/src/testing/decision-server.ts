import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  decisionToJson,
  type Locale,
  MemoryStore,
  parseRules,
  Quota,
  type QuotaCall,
  quotaStatus,
  rateLimitHeaders,
  refusalOf,
} from '@costspan/quota';
import { parseMoney } from '@costspan/usage';
import { CallPrices } from '../quota/call-prices.ts';

interface AmountsBody {
  readonly requests?: number;
  readonly tokens?: number;
  readonly cost?: string;
}

interface Body extends AmountsBody {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly tags: QuotaCall['tags'];
  readonly size?: { readonly input_bytes?: number; readonly max_tokens?: number };
  readonly hold?: AmountsBody;
  readonly lease_ms: number;
  readonly call?: QuotaCall;
  readonly at?: string;
  readonly calls?: readonly (AmountsBody & { readonly id: string; readonly at: string })[];
}

/** A collector's decision API on rules and counters of its own. */
export interface DecisionServer {
  readonly url: string;
  /** What was asked: `decisions`, `settle`, `release` or `extend`, with its body. */
  readonly asked: readonly { readonly what: string; readonly body: Body }[];
  /** Requests that it did not answer well. */
  readonly refused: number;
  /** Used and reserved of each budget, in its unit's integer. */
  counters(): Promise<readonly { readonly unit: string; readonly used: bigint; readonly reserved: bigint }[]>;
  /** Counts a call by its span, as the ledger does. */
  record(id: string, call: QuotaCall, used: AmountsBody): Promise<void>;
  /**
   * How it answers from now on. `away` breaks connections, `slow` never answers, `broken` answers 500, `old` takes no calls of a
   * grant together.
   */
  behave(how: 'well' | 'away' | 'slow' | 'broken' | 'old'): void;
  close(): Promise<void>;
}

export async function startDecisionServer(rules: string): Promise<DecisionServer> {
  const asked: { what: string; body: Body }[] = [];
  const { priceOf } = new CallPrices(undefined);
  const quota = new Quota({ rules: parseRules(rules, 'test'), store: new MemoryStore(), priceOf });
  let refused = 0;
  let manner: Parameters<DecisionServer['behave']>[0] = 'well';
  const server = createServer(async (request, response) => {
    if (manner === 'away' || manner === 'slow' || manner === 'broken') refused += 1;
    if (manner === 'away') return request.socket.destroy();
    if (manner === 'slow') return undefined;
    if (manner === 'broken') return response.writeHead(500).end('{}');
    const { status, headers, body } = await answer(quota, request, asked, manner === 'old');
    return response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get refused() {
      return refused;
    },
    async counters() {
      const { budgets } = await quotaStatus(quota, {}, Date.now());
      return budgets.map(({ unit, used, reserved }) => ({ unit, used, reserved }));
    },
    async record(id, call, used) {
      await count(quota, id, call, used, Date.now());
    },
    behave(how) {
      manner = how;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

async function answer(
  quota: Quota,
  request: IncomingMessage,
  asked: { what: string; body: Body }[],
  isOld: boolean,
): Promise<Answer> {
  const [, , , , , id = '', what = 'decisions'] = (request.url ?? '').split('/').map(decodeURIComponent);
  const body = JSON.parse(await text(request)) as Body;
  asked.push({ what, body });
  const nowMs = Date.now();
  switch (what) {
    case 'decisions': {
      const { provider, model, tags, size = {}, hold } = body;
      const decision = await quota.reserve(
        {
          id: body.id,
          call: { provider, model, tags },
          size: {
            inputBytes: size.input_bytes ?? 0,
            ...(size.max_tokens === undefined ? {} : { maxTokens: size.max_tokens }),
          },
          ...(hold === undefined ? {} : { hold: amounts(hold) }),
        },
        nowMs,
      );
      if (decision.kind === 'deny') {
        return refusalOf(decision, nowMs, { locale: request.headers['accept-language'] as Locale });
      }
      return { status: 200, headers: rateLimitHeaders(decision.limits, nowMs), body: decisionToJson(decision) };
    }
    case 'settle':
      if (body.calls !== undefined && isOld) return { status: 400, body: { detail: 'calls: is no field' } };
      if (body.calls === undefined || body.call === undefined) {
        await count(quota, id, body.call, body, body.at === undefined ? nowMs : Date.parse(body.at));
        return ok({ id });
      }
      for (const one of body.calls) await count(quota, one.id, body.call, one, Date.parse(one.at));
      return ok(await quota.release(id, nowMs));
    case 'release':
      return ok(await quota.release(id, nowMs));
    default:
      return ok({ kind: await quota.extend(id, nowMs, body.lease_ms) });
  }
}

function ok(body: object): Answer {
  return { status: 200, body };
}

/** A call that asked is settled, and one that did not is counted; either once. */
async function count(
  quota: Quota,
  id: string,
  call: QuotaCall | undefined,
  used: AmountsBody,
  atMs: number,
): Promise<void> {
  if (call === undefined) await quota.settle(id, amounts(used), atMs);
  else await quota.settleOrRecord(id, call, amounts(used), atMs, Date.now());
}

function amounts({ requests, tokens, cost }: AmountsBody) {
  return {
    ...(requests === undefined ? {} : { requests }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(cost === undefined ? {} : { cost: parseMoney(cost) }),
  };
}
