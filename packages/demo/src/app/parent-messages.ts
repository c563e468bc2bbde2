import type { TrafficSummary } from './traffic.ts';

/** What the app process tells the process that started it. */
export type AppMessage = { readonly kind: 'started' } | { readonly kind: 'ended'; readonly summary: TrafficSummary };

export function sayToParent(message: AppMessage): void {
  process.send?.(message);
}
