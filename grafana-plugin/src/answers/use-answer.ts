import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type Answer, AnswerStore } from './answer-store.ts';

export interface AskedAnswer<T> extends Answer<T> {
  /** The data belongs to the question before this one, and is shown until the new answer comes. */
  readonly isFormer: boolean;
  again(): void;
}

const store = new AnswerStore();

/**
 * The answer to a question. `question` is plain data and decides when to ask anew; `null` asks nothing.
 * While a changed question is under way, and when it fails, the answer to the former one stays, and says so.
 */
export function useAnswer<Q, T>(
  question: Q | null,
  ask: (question: Q, signal: AbortSignal) => Promise<T>,
): AskedAnswer<T> {
  const key = question === null ? '' : `${ask.name} ${JSON.stringify(question)}`;
  const subscribe = useCallback(
    (changed: () => void) => {
      if (key === '') return () => {};
      const asked = JSON.parse(key.slice(ask.name.length + 1)) as Q;
      return store.watch(key, (signal) => ask(asked, signal), changed);
    },
    [key, ask],
  );
  const answer = useSyncExternalStore(subscribe, () => store.read(key)) as Answer<T>;
  const former = useFormer(answer.data);
  return useMemo(() => {
    const isFormer = answer.data === undefined && former !== undefined;
    const data = isFormer ? former : answer.data;
    return { ...answer, data, isFormer, isAsking: key !== '' && answer.isAsking, again: () => store.again(key) };
  }, [answer, former, key]);
}

/** The last value that was not `undefined`. */
function useFormer<T>(value: T | undefined): T | undefined {
  const [former, setFormer] = useState(value);
  const newest = useRef(value);
  useEffect(() => {
    if (value === undefined || newest.current === value) return;
    newest.current = value;
    setFormer(value);
  }, [value]);
  return former;
}
