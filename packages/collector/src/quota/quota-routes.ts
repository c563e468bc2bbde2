import {
  amountJson,
  type Decision,
  decisionToJson,
  explainDecision,
  formatInstant,
  LOCALES,
  type Locale,
  limitToJson,
  type QuotaRule,
  rateLimitHeaders,
  refusalOf,
} from '@costspan/quota';
import { InvalidInputError } from '@costspan/usage';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { problem, problemOf } from '../api/problem.ts';
import type { Say } from '../notices.ts';
import { check } from '../query/request-schemas.ts';
import type { explainAnswer, rulesAnswer, settlementAnswer } from './answer-schemas.ts';
import { parseDecision, parseExplain, parseSettle } from './decision-request.ts';
import { directAnswer } from './direct-answer.ts';
import type { QuotaService } from './open-quota.ts';
import { statusAnswerer } from './quota-status-answer.ts';
import { refuseOtherPages } from './refuse-other-pages.ts';
import { extendBody } from './request-schemas.ts';

/** Quotas over HTTP; described at `/openapi.json`. Mounted under `/api/v1/quota`. */
export function quotaRoutes(service: QuotaService, say: Say): Hono {
  const app = new Hono();
  const { desk, config } = service;
  const status = statusAnswerer(service);
  app.use(refuseOtherPages);

  app.post('/decisions', async (context) => {
    const { request, locale } = parseDecision(await readJson(context), localeOf(context.req.header('accept-language')));
    const nowMs = Date.now();
    return decisionResponse(context, await desk.reserve(request, nowMs), nowMs, locale, config.budgetStatus);
  });

  app.post('/decisions/:id/settle', async (context) => {
    const id = context.req.param('id');
    const nowMs = Date.now();
    const { used, call, atMs, calls } = parseSettle(await readJson(context), nowMs);
    if (calls !== undefined) {
      const { kind, wasExpired, calls: told } = await desk.settleGrant(id, calls, nowMs);
      return context.json({ ...settlement(id, kind, wasExpired), calls: told });
    }
    const { kind, wasExpired } =
      call === undefined
        ? await desk.settle(id, used, nowMs)
        : await desk.count({ id, call, used, atMs: atMs ?? nowMs }, nowMs);
    return context.json(settlement(id, kind, wasExpired));
  });

  app.post('/decisions/:id/release', async (context) => {
    const id = context.req.param('id');
    const { kind, wasExpired } = await desk.release(id, Date.now());
    return context.json(settlement(id, kind, wasExpired));
  });

  app.post('/decisions/:id/extend', async (context) => {
    const id = context.req.param('id');
    const checked = check(extendBody, await readJson(context, {}));
    if (!checked.ok) throw new InvalidInputError('EXTEND_INVALID', 'extend', checked.findings);
    return context.json(settlement(id, await desk.extend(id, Date.now(), checked.value.lease_ms), false));
  });

  app.post('/explain', async (context) => {
    const request = parseExplain(await readJson(context));
    return context.json(await orAway(() => explain(service, request)));
  });

  app.get('/status', async (context) => {
    const parameters = new URL(context.req.url).searchParams;
    return context.json(await orAway(() => status(parameters)));
  });

  app.get('/rules', (context) => context.json(rulesJson(service)));

  app.onError((error, context) => {
    if (error instanceof StoreAwayError) return problem(503, error.message, [], { 'retry-after': '2' });
    const answer = problemOf(error);
    if (answer.status === 500) say(`${context.req.method} ${context.req.path} failed: ${error.stack ?? error.message}`);
    return answer;
  });
  return app;
}

/** 200 with the decision, or the refusal with every exceeded limit; both with `RateLimit` headers. */
export function decisionResponse(
  context: Context,
  decision: Decision,
  nowMs: number,
  locale: Locale,
  budgetStatus: 402 | 429,
  more: Readonly<Record<string, string>> = {},
): Response {
  if (decision.kind === 'allow') {
    const headers = { ...rateLimitHeaders(decision.limits, nowMs), 'content-type': 'application/json', ...more };
    return directAnswer(context, 200, headers, decisionToJson(decision));
  }
  const { status, headers, body } = refusalOf(decision, nowMs, { locale, budgetStatus });
  return directAnswer(context, status, { ...headers, ...more }, body);
}

/** The first language of `Accept-Language` that refusals are written in. */
export function localeOf(header: string | undefined): Locale {
  const asked = (header ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return asked.flatMap((language) => LOCALES.filter((locale) => locale === language))[0] ?? 'en';
}

class StoreAwayError extends Error {}

/** Only the store fails here: rules and requests are read before. */
async function orAway<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw new StoreAwayError(`the quota counters cannot be reached: ${(error as Error).message}`, { cause: error });
  }
}

function settlement(
  id: string,
  outcome: z.infer<typeof settlementAnswer>['outcome'],
  wasExpired: boolean,
): z.infer<typeof settlementAnswer> {
  return { id, outcome, was_expired: wasExpired };
}

async function explain(
  { desk }: QuotaService,
  request: Parameters<typeof explainDecision>[1],
): Promise<z.infer<typeof explainAnswer>> {
  const { evaluation, differs, decisions, rules } = await explainDecision(desk.quota, request, Date.now());
  const { all, first } = decisions;
  return {
    evaluation,
    differs,
    decisions: { all: decisionToJson(all), first: decisionToJson(first) } as z.infer<typeof explainAnswer>['decisions'],
    rules: rules.map(({ ruleId, line, matches, because, limits }) => ({
      rule_id: ruleId,
      line,
      matches,
      because: because.map((clause) => ({ ...clause })),
      limits: limits.map((state) => ({ ...limitToJson(state), after: amountJson(state.unit, state.after) })) as never,
    })),
  };
}

function rulesJson({ files, config }: QuotaService): z.infer<typeof rulesAnswer> {
  const { rules: set, warnings, version, sinceMs } = files.current;
  return {
    version,
    since: formatInstant(sinceMs),
    format: set.format,
    evaluation: set.evaluation,
    files: { rules: config.rules ?? null, plans: config.plans ?? null },
    store: config.store.kind,
    refusal: files.refusal ?? null,
    warnings: warnings.map(({ ruleId, line, code, message }) => ({ rule_id: ruleId, line, code, message })),
    rules: set.rules.map(ruleJson),
  };
}

function ruleJson(rule: QuotaRule): z.infer<typeof rulesAnswer>['rules'][number] {
  return {
    id: rule.id,
    line: rule.line,
    mode: rule.mode,
    applies_per: [...rule.appliesPer],
    when: { ...rule.when },
    limits: rule.limits.map(({ id, unit, amount, per, window }) => ({
      id,
      unit,
      amount: amountJson(unit, amount),
      per,
      window,
    })),
    overrides: rule.overrides.length,
    timezone: rule.calendar.timezone,
    on_exceed: rule.onExceed.kind,
    on_store_failure: rule.onStoreFailure,
    unpriced: rule.unpriced.kind,
    thresholds: [...rule.alerts.thresholds],
    trial_ends: rule.trialEndsMs === undefined ? null : formatInstant(rule.trialEndsMs, rule.calendar.timezone),
  };
}

async function readJson(context: Context, empty?: unknown): Promise<unknown> {
  const text = await context.req.text();
  if (text === '' && empty !== undefined) return empty;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const { message } = error as SyntaxError;
    throw new InvalidInputError('BODY_JSON', 'request', [{ at: 'body', code: 'BODY_JSON', message }]);
  }
}
