import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../config/parse-config.ts';
import { type Collector, startCollector } from '../start-collector.ts';
import { changeKeyFile } from './key-file.ts';
import { type NewKey, withNewKey } from './key-list.ts';

/** A collector on a directory of its own, whose keys are in a file. */
export interface KeyHttp {
  readonly collector: Collector;
  readonly data: string;
  readonly keyFile: string;
  readonly said: readonly string[];
  /** Makes a key as another process does. @returns its token. */
  make(wish: Partial<NewKey>): string;
  ask(path: string, token?: string, init?: RequestInit): Promise<Response>;
  /** Sends one call for each of these tags; ids count on. */
  send(
    token: string | undefined,
    calls: readonly Readonly<Record<string, string>>[],
    model?: string,
  ): Promise<Response>;
  sendSpans(token: string | undefined, spans: readonly object[]): Promise<Response>;
  close(): Promise<void>;
}

export async function startKeyHttp(config: Readonly<Record<string, unknown>> = {}): Promise<KeyHttp> {
  const data = mkdtempSync(join(tmpdir(), 'costspan-access-'));
  const keyFile = join(data, 'access', 'keys.json');
  const said: string[] = [];
  const make = (wish: Partial<NewKey>): string =>
    changeKeyFile(keyFile, (keys) => withNewKey(keys, { name: 'a key', role: 'admin', ...wish }, Date.now()))
      .token as string;
  const settings = { listen: '127.0.0.1:0', data, closeTimeoutMs: 60_000, ...config };
  const collector = await startCollector(parseConfig(settings, 'test', {}), { say: (message) => said.push(message) });
  const ask = (path: string, token?: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, collector.url), {
      ...init,
      headers: {
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
  const sendSpans = (token: string | undefined, spans: readonly object[]): Promise<Response> => {
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    return ask('/v1/traces', token, { method: 'POST', body });
  };
  let sent = 0;
  return {
    collector,
    data,
    keyFile,
    said,
    make,
    ask,
    send: (token, calls, model = 'gpt-4o') => {
      const spans = calls.map((tags) => {
        sent += 1;
        return callSpan(sent, tags, model);
      });
      return sendSpans(token, spans);
    },
    sendSpans,
    close: async () => {
      await collector.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** All of them start within. */
export const SENT_FROM = '2025-11-01T00:00:00Z';
export const SENT_TO = '2025-12-01T00:00:00Z';
const FIRST_MS = Date.UTC(2025, 10, 10, 12);

/** Call `n` of a test, as JSON of OTLP. */
export function callSpan(n: number, tags: Readonly<Record<string, string>>, model = 'gpt-4o'): object {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const startedAtMs = FIRST_MS + n * 1000;
  return {
    traceId: (0xabc0000 + n * 7919).toString(16).padStart(32, '0'),
    spanId: `a${n.toString(16).padStart(15, '0')}`,
    name: 'chat',
    kind: 3,
    startTimeUnixNano: `${startedAtMs}000000`,
    endTimeUnixNano: `${startedAtMs + 500}000000`,
    attributes: [
      text('gen_ai.operation.name', 'chat'),
      text('gen_ai.provider.name', 'openai'),
      text('gen_ai.request.model', model),
      { key: 'gen_ai.usage.input_tokens', value: { intValue: 1000 } },
      { key: 'gen_ai.usage.output_tokens', value: { intValue: 100 } },
      ...Object.entries(tags).map(([key, value]) => text(`costspan.tag.${key}`, value)),
    ],
  };
}
