import { useEffect, useState } from 'react';

/** Less than this is no wait worth a word. */
const SLOW_FROM_S = 5;

/** Whole seconds that something has been waited for; 0 until it is worth a word. */
export function useWaitedS(isWaiting: boolean): number {
  const [waitedS, setWaited] = useState(0);
  useEffect(() => {
    if (!isWaiting) return;
    const sinceMs = Date.now();
    const timer = setInterval(() => setWaited(Math.floor((Date.now() - sinceMs) / 1000)), 1000);
    return () => {
      clearInterval(timer);
      setWaited(0);
    };
  }, [isWaiting]);
  return waitedS < SLOW_FROM_S ? 0 : waitedS;
}
