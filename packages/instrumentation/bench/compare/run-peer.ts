import { createRequire } from 'node:module';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import {
  chatDialect,
  type LazyDialect,
  messagesDialect,
  responsesDialect,
} from '../../src/testing/dialects/stainless.ts';
import { startProviderServer } from '../../src/testing/provider-server.ts';
import type { AnthropicModule, OpenAiModule } from '../../src/testing/sdk-copies.ts';
import { BEHAVIOURS, type Stage, verdict } from './behaviours.ts';
import { type Overhead, overheadOf } from './overhead.ts';
import { PEERS } from './peers.ts';

/** What one instrumentation does, as the table shows it. */
export interface PeerReport {
  /** By API, by behaviour. */
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly overhead: Overhead;
}

// One peer in a process of its own: `run-peer.ts <peer> <folder>`. Prints a PeerReport as JSON in its last line.
const [name, folder] = process.argv.slice(2);
const peer = PEERS.find((one) => one.name === name);
if (peer === undefined || folder === undefined) throw new Error(`no peer ${name}, or no folder`);
const requirePeer = createRequire(join(folder, 'package.json'));

let ended: ReadableSpan[] = [];
let isMeasuring = false;
const processor: SpanProcessor = {
  onStart: () => undefined,
  onEnd: (span) => {
    if (!isMeasuring) ended.push(span);
  },
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};
new NodeSDK({
  metricReaders: [],
  logRecordProcessors: [],
  autoDetectResources: false,
  spanProcessors: [processor],
}).start();
const unhandled: unknown[] = [];
process.on('unhandledRejection', (error) => unhandled.push(error));

const wrap = peer.observe(requirePeer, trace.getTracerProvider());
const openai = requirePeer('openai') as OpenAiModule;
const newest = createRequire(join(folder, 'newest', 'package.json'))('openai') as OpenAiModule;
const anthropic = requirePeer('@anthropic-ai/sdk') as AnthropicModule;
const server = await startProviderServer();

const verdicts: Record<string, Record<string, string>> = {};
const apis: readonly [string, LazyDialect][] = [
  ['openai 6 chat', chatDialect('6', wrapped(openai, 'OpenAI'))],
  ['openai 6 responses', responsesDialect('6', wrapped(openai, 'OpenAI'))],
  ['anthropic 0 messages', messagesDialect('0', wrapped(anthropic, 'Anthropic'))],
  ['openai 7 chat', chatDialect('7', wrapped(newest, 'OpenAI'))],
];
for (const [api, dialect] of apis) {
  const stage: Stage = {
    dialect,
    server,
    open: (given) => dialect.open(server.url, given as never),
    spans: () => ended,
    clear: () => {
      ended = [];
      unhandled.length = 0;
    },
    unhandled: () => unhandled,
  };
  const seen: Record<string, string> = {};
  for (const behaviour of BEHAVIOURS) {
    if (behaviour.has?.(dialect) !== false) seen[behaviour.name] = await verdict(behaviour, stage);
  }
  verdicts[api] = seen;
}
isMeasuring = true;
const overhead = await overheadOf({
  bare: requirePeer('openai-bare') as OpenAiModule,
  observed: openai,
  wrap: wrap ?? ((client) => client),
});
await server.close();
process.stdout.write(`${JSON.stringify({ verdicts, overhead } satisfies PeerReport)}\n`, () => process.exit());

/** The module with a client class that gives what the peer makes of a client, where it works on clients. */
function wrapped<M extends object>(module: M, className: keyof M): M {
  if (wrap === undefined) return module;
  const Client = module[className] as unknown as new (given: object) => object;
  function Wrapped(given: object): object {
    return wrap?.(new Client(given)) ?? new Client(given);
  }
  return { [className]: Wrapped } as unknown as M;
}
