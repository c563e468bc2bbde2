import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { CostspanInstrumentation, instrumentClient, withTags } from '@costspan/instrumentation';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SHARED } from '../repository.ts';
import { type Running, scratchDirectory, startCostspan } from './costspan-process.ts';
import { allCalls, type CallAnswer } from './usage-api.ts';

// Recorded exchanges, all the way: the provider's recorded bytes → real SDK → instrumentation → OTLP → collector → ledger → API.

interface Exchange {
  readonly id: string;
  readonly provider: 'openai' | 'anthropic';
  readonly api: string;
  readonly stream: boolean;
  readonly request: { readonly path: string; readonly body: object };
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly aborted?: boolean;
  };
  readonly expected: Readonly<
    Record<'input_tokens' | 'output_tokens' | 'cache_read' | 'cache_write' | 'reasoning', number | null>
  > & {
    readonly usage_convention: string | null;
    readonly usage_raw?: { readonly iterations?: readonly { readonly type: string }[] } | null;
  };
}

const RECORDED = join(SHARED, 'fixtures/provider-exchanges');
const APIS = ['openai/chat', 'openai/completions', 'openai/responses', 'openai/embeddings', 'anthropic/messages'];

const exchanges = (['openai', 'anthropic'] as const)
  .map((provider) => join(RECORDED, provider))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Exchange),
  )
  .filter(({ provider, api }) => APIS.includes(`${provider}/${api}`));

describe.skipIf(exchanges.length === 0)('recorded exchanges (needs ../shared/fixtures beside the checkout)', () => {
  let collector: Running;
  let data: Awaited<ReturnType<typeof scratchDirectory>>;
  let provider: Server;
  let playing: Exchange;
  let calls: ReadonlyMap<string, readonly CallAnswer[]>;

  beforeAll(async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    data = await scratchDirectory();
    collector = await startCostspan(['up', '--data', data.path]);
    provider = createServer((_request, response) => play(playing, response));
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const telemetry = new NodeSDK({
      traceExporter: new OTLPTraceExporter({ url: `${collector.url}/v1/traces` }),
      instrumentations: [new CostspanInstrumentation()],
    });
    telemetry.start();
    const baseURL = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const options = { apiKey: 'k', maxRetries: 0, logLevel: 'off' } as const;
    const openai = instrumentClient(new OpenAI({ ...options, baseURL: `${baseURL}/v1` }));
    const anthropic = instrumentClient(new Anthropic({ ...options, baseURL }));
    for (const exchange of exchanges) {
      playing = exchange;
      await withTags({ customer_id: exchange.id }, () => make(exchange, openai, anthropic)).catch(() => undefined);
    }
    await telemetry.shutdown();
    calls = Map.groupBy(await allCalls(collector.url), (call) => call.tags['customer_id'] ?? '');
  }, 120_000);
  afterAll(async () => {
    await collector?.stop('SIGTERM');
    await new Promise((resolve) => provider?.close(resolve));
    await data?.remove();
  });

  test.each(exchanges.filter((exchange) => !hasPassesOfItsOwn(exchange)))(
    '$id is one call in the ledger, with the counts of the provider',
    (exchange) => {
      const kept = calls.get(exchange.id) ?? [];
      expect(kept).toHaveLength(1);
      const [call] = kept as [CallAnswer];
      const { expected } = exchange;
      const beside =
        expected.usage_convention === 'cache_excluded' ? (expected.cache_read ?? 0) + (expected.cache_write ?? 0) : 0;
      expect({
        input: call.usage['input_tokens'] ?? null,
        output: call.usage['output_tokens'] ?? null,
        cacheRead: call.usage['cache_read_tokens'] ?? null,
        cacheWrite: call.usage['cache_write_tokens'] ?? null,
        reasoning: call.usage['output_reasoning_tokens'] ?? null,
      }).toEqual({
        input: expected.input_tokens === null ? null : expected.input_tokens + beside,
        output: expected.output_tokens,
        cacheRead: expected.cache_read,
        cacheWrite: expected.cache_write,
        reasoning: expected.reasoning,
      });
      expect(call.usage_status).toBe(
        expected.input_tokens === null && expected.output_tokens === null ? 'unavailable' : 'reported',
      );
      // Unknown is never zero: without usage there is no cost, with usage there is one or a reason.
      if (call.usage_status === 'unavailable') expect(call.cost).toBeNull();
      else expect(call.cost === null).toBe(call.cost_status === 'unpriced');
    },
  );

  test('an advisor inside a response is a call of its own, at its own model', () => {
    const advised = exchanges.filter(({ expected }) =>
      expected.usage_raw?.iterations?.some((pass) => pass.type === 'advisor_message'),
    );
    expect(advised.length).toBeGreaterThan(0);
    for (const { id } of advised) expect(new Set(calls.get(id)?.map((call) => call.model)).size).toBe(2);
  });
});

/** Compaction and advisor passes are billed beside the top-level counts; the instrumentation's own replay checks their sums. */
function hasPassesOfItsOwn({ expected }: Exchange): boolean {
  return (
    expected.usage_raw?.iterations?.some(({ type }) => type === 'compaction' || type === 'advisor_message') === true
  );
}

function play({ response: recorded }: Exchange, response: import('node:http').ServerResponse): void {
  const {
    'content-length': _length,
    'content-encoding': _encoding,
    'transfer-encoding': _transfer,
    ...headers
  } = recorded.headers;
  response.writeHead(recorded.status, headers);
  if (recorded.aborted !== true) {
    response.end(recorded.body);
    return;
  }
  response.write(recorded.body, () => response.destroy());
}

async function make({ provider, api, request, stream }: Exchange, openai: OpenAI, anthropic: Anthropic): Promise<void> {
  const body = request.body as never;
  const timeout = { timeout: 10_000 };
  const answer: unknown =
    provider === 'anthropic'
      ? await (request.path.includes('beta=true')
          ? anthropic.beta.messages.create(body, timeout)
          : anthropic.messages.create(body, timeout))
      : await {
          chat: openai.chat.completions,
          completions: openai.completions,
          responses: openai.responses,
          embeddings: openai.embeddings,
        }[api as 'chat'].create(body, timeout);
  if (!stream) return;
  for await (const _event of answer as AsyncIterable<unknown>);
}
