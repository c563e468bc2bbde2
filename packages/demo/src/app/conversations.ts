import type { Random } from '../random.ts';

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface Conversation {
  readonly user: string;
  readonly turns: readonly Turn[];
  /** Ends the turn: what was asked and what came back. */
  add(question: string, answer: string): void;
}

/**
 * Open conversations of each customer. Most questions continue one, so that prompts grow and providers find their
 * beginning in the cache. At most {@link OPEN_MAX} per key are open and each ends after {@link TURNS_MAX} turns.
 */
export interface Conversations {
  /** One that is open for `key`, or a new one for `user`. */
  next(key: string, user: string, random: Random): Conversation;
}

const OPEN_MAX = 4;
const TURNS_MAX = 12;
const CONTINUE_PROBABILITY = 0.7;

export function createConversations(): Conversations {
  const open = new Map<string, Conversation[]>();

  function start(user: string): Conversation {
    const turns: Turn[] = [];
    return {
      user,
      turns,
      add(question, answer) {
        turns.push({ role: 'user', content: question }, { role: 'assistant', content: answer });
      },
    };
  }

  return {
    next(key, user, random) {
      const [first, ...rest] = (open.get(key) ?? []).filter((conversation) => conversation.turns.length < TURNS_MAX);
      if (first !== undefined && random.chance(CONTINUE_PROBABILITY)) return random.pick([first, ...rest]);
      const started = start(user);
      open.set(key, [started, ...(first === undefined ? [] : [first]), ...rest].slice(0, OPEN_MAX));
      return started;
    },
  };
}
