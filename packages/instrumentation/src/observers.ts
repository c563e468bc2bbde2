import type { CallObserver } from './call-settings.ts';

/** Enabled observers, the newest last. One call has one span, so only the newest observes: explicit code wins over the register entry. */
const observers: CallObserver[] = [];

export function currentObserver(): CallObserver | undefined {
  return observers.at(-1);
}

export function addObserver(observer: CallObserver): void {
  removeObserver(observer);
  observers.push(observer);
}

export function removeObserver(observer: CallObserver): void {
  const at = observers.indexOf(observer);
  if (at !== -1) observers.splice(at, 1);
}
