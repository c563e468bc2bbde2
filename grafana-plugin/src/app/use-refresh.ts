import { useEffect, useRef } from 'react';

/** How often what reaches to now is asked for again while somebody looks. */
const REFRESH_MS = 30_000;

/** Calls `again` from time to time while the page is seen. */
export function useRefresh(again: () => void, isOn = true): void {
  const newest = useRef(again);
  useEffect(() => {
    newest.current = again;
  }, [again]);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && newest.current(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isOn]);
}
