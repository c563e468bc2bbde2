import type { Random } from '../random.ts';
import type { SimulatedModel } from './models.ts';
import { tokenize } from './tokens.ts';

/** What a simulated model says, when, and how much it counted. */
export interface Generation {
  readonly text: string;
  /** Visible tokens; equals the token count of `text`. */
  readonly textTokens: number;
  /** Hidden reasoning tokens, billed as output beside the visible ones. */
  readonly reasoningTokens: number;
  readonly finished: 'stop' | 'length';
  /** The wait before anything of the answer is there; reasoning happens in it. */
  readonly firstTokenMs: number;
  /** The text in the pieces a stream sends; `delayMs` is the wait before each, after the first token. */
  readonly chunks: readonly { readonly text: string; readonly delayMs: number }[];
  /** How long the whole answer takes. */
  readonly durationMs: number;
}

export interface GenerationRequest {
  readonly model: SimulatedModel;
  /** Last words of the prompt; the answer speaks about them. */
  readonly prompt: string;
  /** Limit on reasoning and visible tokens together; `undefined` for none. */
  readonly tokensMax: number | undefined;
  /** Overrides the model's own habit: 0 forbids reasoning. */
  readonly reasoningShare?: number;
  /** Slower tiers stretch every wait. */
  readonly slowness?: number;
}

export function generate(request: GenerationRequest, random: Random): Generation {
  const { model, prompt, tokensMax = Number.MAX_SAFE_INTEGER, slowness = 1 } = request;
  const wanted = Math.max(8, Math.round(random.around(150, 0.6)));
  const share = request.reasoningShare ?? model.reasoningShare;
  const reasoningTokens = Math.min(
    share === 0 ? 0 : Math.ceil(random.around(wanted * share, 0.5) / 64) * 64,
    Math.max(0, tokensMax - 1),
  );
  const tokens = writeTokens(wanted, prompt, random);
  const kept = tokens.slice(0, Math.max(1, tokensMax - reasoningTokens));

  const tokenMs = (1000 / model.tokensPerSecond) * slowness;
  const chunks: { text: string; delayMs: number }[] = [];
  for (let at = 0; at < kept.length; ) {
    const size = random.integer(1, 4);
    const piece = kept.slice(at, at + size);
    chunks.push({ text: piece.join(''), delayMs: piece.length * tokenMs * (0.5 + random.next()) });
    at += size;
  }
  const firstTokenMs = random.around(model.firstTokenMs * slowness, 0.35) + reasoningTokens * tokenMs;

  return {
    text: kept.join(''),
    textTokens: kept.length,
    reasoningTokens,
    finished: kept.length < tokens.length ? 'length' : 'stop',
    firstTokenMs,
    chunks,
    durationMs: chunks.reduce((sum, chunk) => sum + chunk.delayMs, firstTokenMs),
  };
}

/** Whole sentences, at least `count` tokens of them, so that an answer ends like one. */
function writeTokens(count: number, prompt: string, random: Random): string[] {
  const topics = topicsOf(prompt);
  const tokens: string[] = [];
  while (tokens.length < count) {
    const sentence = random.pick(SENTENCES).replaceAll('%', () => random.pick(topics));
    tokens.push(...tokenize(tokens.length === 0 ? sentence : ` ${sentence}`));
  }
  return tokens;
}

/** The longer words near the end of the prompt: enough for an answer that seems to be about the question. */
function topicsOf(prompt: string): readonly [string, ...string[]] {
  const words = prompt.slice(-400).match(/\p{L}{6,}/gu) ?? [];
  const [first = 'your workspace', ...rest] = [...new Set(words.map((word) => word.toLowerCase()))].slice(-8);
  return [first, ...rest];
}

const SENTENCES = [
  'Here is the short version: % works best when it is set up once and reviewed every month.',
  'Start with %, then check how it affects %.',
  'Most teams keep % and % apart, because they change at a different pace.',
  'You can see the current state of % on the overview page.',
  'If % looks wrong, open the history and compare it with last week.',
  'The change takes effect at once and can be undone for thirty days.',
  'Two things matter here: who owns %, and when it was last updated.',
  'We found three entries about % that match what you asked.',
  'In short, yes: % supports this, on every plan.',
  'A good next step is to invite the person who looks after %.',
  'Please note that % is counted per workspace, not per person.',
  'Let me know whether % should be included, and the rest follows from that.',
] as const;
