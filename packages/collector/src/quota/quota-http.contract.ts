import { expect, vi } from 'vitest';
import { parseConfig } from '../config/parse-config.ts';
import { type Collector, startCollector } from '../start-collector.ts';
import { ruleFile } from './test-quota.contract.ts';

/** A collector with quotas, asked over HTTP. */
export interface QuotaHttp {
  readonly collector: Collector;
  readonly said: readonly string[];
  readonly rulesFile: string;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  get(path: string): Promise<HttpAnswer>;
  decide(body: object): Promise<HttpAnswer>;
  /** The budgets as they stand, `used reserved limit` by rule and bucket. */
  standing(query?: string): Promise<Readonly<Record<string, string>>>;
  /** Resolves when every call that the ledger has is counted. */
  counted(): Promise<void>;
  /** Sends one call of a provider through the receiver. */
  span(facts: SpanFacts): Promise<void>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes, and a wrong look fails them.
  readonly body: any;
}

interface SpanFacts {
  readonly id: string;
  readonly parent?: string;
  readonly model?: string;
  readonly atMs?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly input?: number;
  readonly output?: number;
}

export async function startQuotaHttp(
  rules: string,
  section: Readonly<Record<string, unknown>> = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<QuotaHttp> {
  const said: string[] = [];
  const rulesFile = ruleFile(rules);
  const quota = { rules: rulesFile, burnIntervalMs: 100, alertIntervalMs: 20, ...section };
  const collector = await startCollector(
    parseConfig({ listen: '127.0.0.1:0', data: ':memory:', quota, ...config }, 'test', {}),
    { say: (message) => said.push(message) },
  );
  const ask = async (path: string, init: RequestInit = {}): Promise<HttpAnswer> => {
    const response = await fetch(`${collector.url}${path}`, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const post: QuotaHttp['post'] = (path, body, headers = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const get: QuotaHttp['get'] = (path) => ask(path);
  return {
    collector,
    said,
    rulesFile,
    post,
    get,
    decide: (body) => post('/api/v1/quota/decisions', { model: 'gpt-4o', ...body }),
    standing: async (query = '') => {
      const { body } = await get(`/api/v1/quota/status?sort=bucket&${query}`);
      return Object.fromEntries(
        body.budgets.map((budget: Record<string, unknown>) => {
          const bucket = Object.values(budget['bucket'] as object).join(',');
          const key = [budget['rule_id'], bucket].filter((part) => part !== '').join(' ');
          return [key, `${budget['used']} ${budget['reserved']} ${budget['limit']}`];
        }),
      );
    },
    counted: () =>
      eventually(async () => {
        const text = await (await fetch(`${collector.url}/metrics`)).text();
        expect(text).toMatch(/^costspan_quota_feed_waiting 0$/m);
      }),
    span: async ({ id, parent, model = 'gpt-4o', atMs = Date.now(), tags = {}, input = 1000, output = 100 }) => {
      const [traceId, spanId] = id.split('-');
      const attributes = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': model,
        'gen_ai.usage.input_tokens': input,
        'gen_ai.usage.output_tokens': output,
        ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`costspan.tag.${key}`, value])),
      };
      const span = {
        traceId,
        spanId,
        ...(parent === undefined ? {} : { parentSpanId: parent }),
        name: 'chat',
        kind: 3,
        startTimeUnixNano: `${BigInt(atMs) * 1_000_000n}`,
        endTimeUnixNano: `${BigInt(atMs + 10) * 1_000_000n}`,
        attributes: Object.entries(attributes).map(([key, value]) => ({
          key,
          value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
        })),
      };
      await post('/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    },
  };
}

/** Waits until a fact holds, on however busy a machine. */
export function eventually<T>(fact: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(fact, { timeout: 60_000, interval: 20 });
}

/** The n-th call of a test: ids as spans have them. */
export function callId(n: number, trace = n): string {
  return `${(trace + 1).toString(16).padStart(32, '0')}-${(n + 1).toString(16).padStart(16, '0')}`;
}
