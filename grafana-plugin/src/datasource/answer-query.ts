import type { DataFrame } from '@grafana/data';
import { ApiError } from '../api/api-error.ts';
import { askDrivers, askQuotas, askUsage, type QuotaQuestion } from '../api/usage-api.ts';
import { chosenFilters, type Replace } from './chosen-values.ts';
import { eventFrame } from './event-frame.ts';
import { type LedgerQuery, type WholeQuery, wholeQuery } from './ledger-query.ts';
import { PERIODS_MAX, periodsOf, priceChanges } from './price-changes.ts';
import { type Asked, questionOf } from './question-of.ts';
import { quotaEvents } from './quota-events.ts';
import { quotaFrame } from './quota-frame.ts';
import { usageFrames } from './usage-frames.ts';

/** Marks of one graph. */
const EVENTS_MAX = 100;
/** Budgets that an annotation looks at. */
const EVENT_BUDGETS_MAX = 200;
/** Questions to the ledger at a time: a dashboard has other panels. */
const ASKING_MAX = 4;

/** What the ledger answers to one query of a panel. @throws ApiError */
export async function answerQuery(
  target: LedgerQuery,
  asked: Asked,
  replace: Replace,
  nowMs: number,
): Promise<readonly DataFrame[]> {
  const query = wholeQuery(target);
  const { refId } = target;
  switch (query.about) {
    case 'usage': {
      if (query.metrics.length === 0) return [];
      const { rows } = await askUsage(questionOf(query, asked, replace));
      return usageFrames(refId, query, rows);
    }
    case 'quota':
      return [quotaFrame(refId, await budgetsOf(query, replace, query.limit))];
    case 'quota-events': {
      const budgets = await budgetsOf(query, replace, EVENT_BUDGETS_MAX);
      return [eventFrame(refId, quotaEvents(budgets, nowMs, asked.fromMs, asked.toMs))];
    }
    case 'price-changes':
      return [eventFrame(refId, await changesOf(query, asked, replace))];
    default:
      return query.about satisfies never;
  }
}

/** A collector without quotas has no budgets; that is no error of a panel. */
async function budgetsOf({ filters }: WholeQuery, replace: Replace, limit: number) {
  const only = Object.fromEntries(
    chosenFilters(filters, replace)
      .filter(({ op }) => op === 'in' || op === 'eq')
      .map(({ field, value = '' }) => [field, value]),
  );
  const question: QuotaQuestion = { sort: 'used_ratio', limit, only };
  try {
    return (await askQuotas(question)).budgets;
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'missing') return [];
    throw error;
  }
}

async function changesOf({ filters }: WholeQuery, { timezone, ...time }: Asked, replace: Replace) {
  const periods = periodsOf(time).slice(0, PERIODS_MAX);
  const chosen = chosenFilters(filters, replace);
  const events = [];
  for (let at = 0; at < periods.length; at += ASKING_MAX) {
    const answers = periods.slice(at, at + ASKING_MAX).map(async (period) => {
      const answer = await askDrivers({
        from: new Date(period.fromMs).toISOString(),
        to: new Date(period.toMs).toISOString(),
        timezone,
        groupBy: ['provider', 'model'],
        filters: chosen,
        compare: 'previous_period',
      });
      return priceChanges(period, answer);
    });
    events.push(...(await Promise.all(answers)).flat());
  }
  return events.slice(0, EVENTS_MAX);
}
