import type { DashboardView, PanelView, TargetView } from './dashboard-view.ts';

/** What a rule found, as it says it. */
export interface Mistake {
  readonly panel?: PanelView | undefined;
  readonly target?: TargetView | undefined;
  /** What is wrong and what to do. */
  readonly message: string;
}

export interface LintRule {
  /** Kebab-case, and the name of its file. */
  readonly name: string;
  /** Why it is a rule, in one sentence. */
  readonly why: string;
  /** `among` has every dashboard of the run, this one included. */
  readonly check: (dashboard: DashboardView, among: readonly DashboardView[]) => Iterable<Mistake>;
}
