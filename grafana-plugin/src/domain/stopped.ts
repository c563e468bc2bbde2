interface Standing {
  readonly state: string;
  readonly exhausts_at: string | null;
  readonly window: { readonly resets_at: string | null };
}

/** A budget that has no room, or will have none before its window ends. */
export interface Stopped<B> {
  readonly budget: B;
  /** From when on, in milliseconds since 1970; now for what is used up already. */
  readonly fromMs: number;
  /** Until when; `null` where the window never ends. */
  readonly toMs: number | null;
}

/** Who is stopped and who will be, the first one first, at most `limit` of them. */
export function stopped<B extends Standing>(
  budgets: readonly B[],
  nowMs: number,
  limit: number,
): readonly Stopped<B>[] {
  return budgets
    .flatMap((budget): Stopped<B>[] => {
      const { state, exhausts_at, window } = budget;
      const toMs = window.resets_at === null ? null : Date.parse(window.resets_at);
      const fromMs = state === 'exhausted' ? nowMs : Math.max(nowMs, Date.parse(exhausts_at ?? ''));
      // A window that is over has begun anew, with nothing used.
      return Number.isNaN(fromMs) || (toMs !== null && toMs <= fromMs) ? [] : [{ budget, fromMs, toMs }];
    })
    .sort((a, b) => a.fromMs - b.fromMs || (a.toMs ?? Infinity) - (b.toMs ?? Infinity))
    .slice(0, limit);
}
