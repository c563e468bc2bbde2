import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { collectGarbage } from '../../src/testing/collect-garbage.ts';
import type { LazyClient, LazyDialect } from '../../src/testing/dialects/stainless.ts';
import type { Answer, ProviderServer } from '../../src/testing/provider-server.ts';

/** Where the cases are run. */
export interface Stage {
  readonly dialect: LazyDialect;
  readonly server: ProviderServer;
  /** A client that the peer observes. */
  open(options?: object): LazyClient;
  /** Ended spans since `clear`. */
  spans(): readonly ReadableSpan[];
  clear(): void;
  /** Promises that were rejected with nobody to handle it, since `clear`. */
  unhandled(): readonly unknown[];
}

/** One thing that an application does, and what must come of it. */
export interface Behaviour {
  readonly name: string;
  /** Absent where every API has it. */
  has?(dialect: LazyDialect): boolean;
  run(stage: Stage): Promise<Expected>;
}

interface Expected {
  /** `input/output` as served to the caller; `undefined` where the provider had reported nothing by then. */
  readonly usage: string | undefined;
  /** The span must have error status. */
  readonly isError?: boolean;
  /** What was wrong with what the application saw. */
  readonly broken?: string;
}

/** How long an ended span is waited for before it is called missing. */
const PATIENCE_MS = 2_000;

/** `ok`, or in a few words what was lost or broken. */
export async function verdict(behaviour: Behaviour, stage: Stage): Promise<string> {
  stage.clear();
  let expected: Expected;
  try {
    expected = await behaviour.run(stage);
  } catch (error) {
    return `throws ${brief(error)}`;
  }
  if (expected.broken !== undefined) return expected.broken;
  const until = performance.now() + PATIENCE_MS;
  while (stage.spans().length === 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collectGarbage();
  }
  const spans = stage.spans();
  const [span] = spans;
  if (stage.unhandled().length > 0) return 'unhandled rejection';
  if (span === undefined) return 'no span';
  if (spans.length > 1) return `${spans.length} spans`;
  const said = usageOf(span);
  if (said !== expected.usage) return said === undefined ? 'no usage' : `${expected.usage ?? 'nothing'} → ${said}`;
  if ((span.status.code === 2) !== (expected.isError === true)) {
    return expected.isError === true ? 'no error' : 'called an error';
  }
  return 'ok';
}

const whole = ({ body }: LazyDialect): Answer => ({ body: JSON.stringify(body) });
const served = ({ usage }: LazyDialect): string => counts(usage) as string;
const partly = ({ partialUsage }: LazyDialect): string | undefined => counts(partialUsage);
const part = ({ events, partial }: LazyDialect) => events.slice(0, partial);

export const BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'a whole answer',
    run: async ({ dialect, server, open }) => {
      server.answerWith(whole(dialect));
      await open().whole();
      return { usage: served(dialect) };
    },
  },
  {
    name: 'a stream',
    run: async ({ dialect, server, open }) => {
      // A provider that reports only where it is asked to.
      server.answerWith({ body: dialect.events });
      const stream = await open().streamed();
      const asked = server.requests.at(-1)?.text.includes('include_usage') === true;
      for await (const _chunk of stream);
      const reports = dialect.events.length === dialect.bareEvents.length || asked;
      return reports ? { usage: served(dialect) } : { usage: served(dialect), broken: 'usage not asked for' };
    },
  },
  {
    name: 'a stream whose usage the application asks for',
    has: isChat,
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: dialect.events });
      const { client } = open();
      const completions = (client as { chat: { completions: Completions } }).chat.completions;
      const asked = { ...dialect.params, stream: true, stream_options: { include_usage: true } };
      let seen = 0;
      for await (const _chunk of (await completions.create(asked)) as AsyncIterable<unknown>) seen += 1;
      const missing = seen === dialect.events.length - 1 ? {} : { broken: `${seen} chunks` };
      return { usage: served(dialect), ...missing };
    },
  },
  {
    name: 'an HTTP error',
    run: async ({ dialect, server, open }) => {
      server.answerWith({ status: 400, body: JSON.stringify(dialect.errorBody) });
      const error = await Promise.resolve(open().whole()).catch((caught: unknown) => caught);
      return {
        usage: undefined,
        isError: true,
        ...((error as { status?: number }).status === 400 ? {} : { broken: 'another error' }),
      };
    },
  },
  {
    name: 'a connection that cannot be made',
    run: async ({ open }) => {
      await Promise.resolve(open({ baseURL: 'http://127.0.0.1:1' }).whole()).catch(() => undefined);
      return { usage: undefined, isError: true };
    },
  },
  {
    name: 'retries',
    run: async ({ dialect, server, open }) => {
      const busy = { status: 503, headers: { 'retry-after-ms': '1' }, body: '{}' };
      server.answerWith(busy, busy, whole(dialect));
      await open({ maxRetries: 2 }).whole();
      return { usage: served(dialect) };
    },
  },
  {
    name: 'an early break',
    run: async (stage) => {
      const { dialect, server, open } = stage;
      server.answerWith({ body: part(dialect), ending: 'hang' });
      let read = 0;
      for await (const _chunk of await open().streamed()) {
        read += 1;
        if (read === dialect.partial) break;
      }
      const stopped = await within(() => server.hungUp() > 0);
      return { usage: partly(dialect), ...(stopped ? {} : { broken: 'provider not stopped' }) };
    },
  },
  {
    name: 'a consumer that throws',
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: part(dialect), ending: 'hang' });
      const failing = async () => {
        for await (const _chunk of await open().streamed()) throw new Error('mine');
      };
      const error = await failing().catch((caught: Error) => caught.message);
      return {
        usage: dialect.name.includes('messages') ? partly(dialect) : undefined,
        ...(error === 'mine' ? {} : { broken: 'another error' }),
      };
    },
  },
  {
    name: 'a connection cut in the middle',
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: part(dialect), ending: 'cut' });
      const reading = async () => {
        for await (const _chunk of await open().streamed());
      };
      const error = await reading().then(
        () => undefined,
        (caught: unknown) => caught,
      );
      return { usage: partly(dialect), isError: true, ...(error === undefined ? { broken: 'error swallowed' } : {}) };
    },
  },
  {
    name: 'an abort in the middle',
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: part(dialect), ending: 'hang' });
      const controller = new AbortController();
      let read = 0;
      const reading = async () => {
        for await (const _chunk of await open().streamed({ signal: controller.signal })) {
          read += 1;
          if (read === dialect.partial) controller.abort();
        }
      };
      await reading().catch(() => undefined);
      return { usage: partly(dialect) };
    },
  },
  {
    name: 'a stream that nobody reads',
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: part(dialect), ending: 'hang' });
      await open().streamed();
      return { usage: undefined };
    },
  },
  {
    name: 'withResponse()',
    run: async ({ dialect, server, open }) => {
      server.answerWith(whole(dialect));
      const { response } = await open().whole().withResponse();
      return { usage: served(dialect), ...(response.status === 200 ? {} : { broken: 'no response' }) };
    },
  },
  {
    name: 'a stream with its response',
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: dialect.events });
      const { data } = await open().streamed().withResponse();
      for await (const _chunk of data);
      return { usage: served(dialect) };
    },
  },
  {
    name: 'asResponse(), then json()',
    run: async ({ dialect, server, open }) => {
      server.answerWith(whole(dialect));
      await (await open().whole().asResponse()).json();
      return { usage: served(dialect) };
    },
  },
  {
    name: 'the parse() helper',
    run: async ({ dialect, server, open }) => {
      server.answerWith(whole(dialect));
      await resourceOf(dialect, open().client).parse({ ...dialect.params });
      return { usage: served(dialect) };
    },
  },
  {
    name: 'the stream() helper',
    // The answers of that dialect are too short for its helper.
    has: (dialect) => !dialect.name.endsWith('responses'),
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: dialect.events });
      const asked = isChat(dialect) ? { stream_options: { include_usage: true } } : {};
      const stream = resourceOf(dialect, open().client).stream({ ...dialect.params, ...asked });
      for await (const _event of stream);
      return { usage: served(dialect) };
    },
  },
  {
    name: 'tee()',
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: dialect.events });
      const branches = (await open().streamed()).tee();
      await Promise.all(
        branches.map(async (branch) => {
          for await (const _chunk of branch);
        }),
      );
      return { usage: served(dialect) };
    },
  },
  {
    name: 'toReadableStream()',
    run: async ({ dialect, server, open }) => {
      server.answerWith({ body: dialect.events });
      await new Response((await open().streamed()).toReadableStream()).text();
      return { usage: served(dialect) };
    },
  },
  {
    name: 'parameters and baggage stay at home',
    run: async ({ dialect, server, open }) => {
      const before = JSON.stringify(dialect.params);
      server.answerWith(whole(dialect));
      await open().whole();
      const [request] = server.requests;
      if (JSON.stringify(dialect.params) !== before) return { usage: served(dialect), broken: 'parameters changed' };
      const leaks = ['baggage', 'traceparent'].filter((name) => name in (request?.headers ?? {}));
      return { usage: served(dialect), ...(leaks.length === 0 ? {} : { broken: `sends ${leaks.join(', ')}` }) };
    },
  },
];

interface Completions {
  create(params: object): PromiseLike<unknown>;
}

interface Helpers {
  parse(params: object): PromiseLike<unknown>;
  stream(params: object): AsyncIterable<unknown>;
}

function isChat({ name }: LazyDialect): boolean {
  return name.endsWith('chat.completions');
}

function resourceOf({ name }: LazyDialect, client: object): Helpers {
  const { chat, responses, messages } = client as Record<'responses' | 'messages', Helpers> & {
    chat?: { completions: Helpers };
  };
  if (name.endsWith('responses')) return responses;
  return chat === undefined ? messages : chat.completions;
}

async function within(fact: () => boolean): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS;
  while (!fact() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  return fact();
}

/** What a span says, by any of the names that the peers use. */
function usageOf({ attributes }: ReadableSpan): string | undefined {
  const details = attributes['langfuse.observation.usage_details'];
  return counts({ ...attributes, ...(typeof details === 'string' ? (JSON.parse(details) as object) : {}) });
}

const INPUT = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.prompt_tokens',
  'llm.token_count.prompt',
  'input',
  'prompt_tokens',
  'input_tokens',
];
const OUTPUT = [
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.completion_tokens',
  'llm.token_count.completion',
  'output',
  'completion_tokens',
  'output_tokens',
];

function counts(facts: Readonly<Record<string, unknown>>): string | undefined {
  const first = (names: readonly string[]) => names.map((name) => facts[name]).find((value) => value !== undefined);
  const [input, output] = [first(INPUT), first(OUTPUT)];
  return input === undefined && output === undefined ? undefined : `${String(input ?? '–')}/${String(output ?? '–')}`;
}

function brief(error: unknown): string {
  const text = String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
  return text.replace(/^.*?(\w+ is not a function).*$/, '$1').slice(0, 40);
}
