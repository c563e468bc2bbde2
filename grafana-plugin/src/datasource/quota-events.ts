import type { Budget } from '../api/quota-answer.ts';
import type { LedgerEvent } from './event-frame.ts';
import { bucketName } from './quota-frame.ts';

/** What happens to budgets in a time: their windows begin, they are used up, or will be at the rate of now. */
export function quotaEvents(budgets: readonly Budget[], nowMs: number, fromMs: number, toMs: number): LedgerEvent[] {
  const isIn = ({ atMs }: LedgerEvent): boolean => atMs >= fromMs && atMs < toMs;
  return budgets.flatMap((budget) => eventsOf(budget, nowMs)).filter(isIn);
}

function eventsOf(budget: Budget, nowMs: number): LedgerEvent[] {
  const { rule_id: rule, unit, per, used, limit, window, exhausts_at: exhaustsAt } = budget;
  const whose = [bucketName(budget), rule].filter((name) => name !== '').join(' · ');
  const stand = `${used} of ${limit} ${unit} per ${per}`;
  const tags = ['quota', rule];
  const events: LedgerEvent[] = [];
  if (window.starts_at !== null) {
    events.push({ atMs: Date.parse(window.starts_at), title: `${whose} begins anew`, text: stand, tags });
  }
  if (exhaustsAt !== null) {
    const atMs = Date.parse(exhaustsAt);
    const title = atMs <= nowMs ? `${whose} is used up` : `${whose} will be used up at this rate`;
    events.push({ atMs, title, text: stand, tags });
  }
  return events;
}
