import type { OpenAiModule } from '../../src/testing/sdk-copies.ts';
import { CHAT, chatEvents } from '../answers.ts';
import { compareFirstChunks, compareRounds } from '../rounds.ts';

/** What an instrumentation adds, in microseconds: CPU of the application's thread, and p95 of the time to the first chunk. */
export interface Overhead {
  readonly callUs: number;
  readonly chunkUs: number;
  readonly firstChunkP95Us: number;
  /** The same call without it. */
  readonly bareCallUs: number;
}

interface Copies {
  readonly bare: OpenAiModule;
  readonly observed: OpenAiModule;
  wrap(client: object): object;
}

const ROUNDS = { measured: 21, warm: 20 };
const CHUNKS_FEW = 10;
const CHUNKS_MANY = 400;

/** One SDK, loaded twice, with a `fetch` in memory: one copy is observed and one is bare, in turns. */
export async function overheadOf({ bare, observed, wrap }: Copies): Promise<Overhead> {
  const fetched = { body: CHAT, type: 'application/json' };
  const offline: typeof fetch = async () => new Response(fetched.body, { headers: { 'content-type': fetched.type } });
  const open = (sdk: OpenAiModule) =>
    new sdk.OpenAI({ apiKey: 'k', baseURL: 'https://example.test/v1', fetch: offline });
  const [plain, watched] = [open(bare), wrap(open(observed)) as ReturnType<typeof open>];
  const asked = { model: 'gpt-5', messages: [{ role: 'user' as const, content: 'hi' }] };
  const streamed = { ...asked, stream: true, stream_options: { include_usage: true } } as const;
  const drained = async (client: ReturnType<typeof open>) => {
    for await (const _chunk of await client.chat.completions.create(streamed));
  };
  const streams = (chunks: number, callsPerRound: number) => {
    Object.assign(fetched, { body: chatEvents(chunks), type: 'text/event-stream' });
    return compareRounds({ callsPerRound, bare: () => drained(plain), other: () => drained(watched) }, ROUNDS);
  };
  const call = await compareRounds(
    {
      callsPerRound: 200,
      bare: () => plain.chat.completions.create(asked),
      other: () => watched.chat.completions.create(asked),
    },
    ROUNDS,
  );
  const few = await streams(CHUNKS_FEW, 50);
  const many = await streams(CHUNKS_MANY, 10);
  Object.assign(fetched, { body: chatEvents(CHUNKS_FEW) });
  const first = await compareFirstChunks(
    {
      bare: () => plain.chat.completions.create(streamed),
      other: () => watched.chat.completions.create(streamed),
    },
    1_000,
  );
  return {
    callUs: call.differenceUs,
    chunkUs: (many.differenceUs - few.differenceUs) / (CHUNKS_MANY - CHUNKS_FEW),
    firstChunkP95Us: first.otherP95Us - first.bareP95Us,
    bareCallUs: call.bareUs,
  };
}
