import {
  amountJson,
  type BudgetStatus,
  type Burn,
  formatInstant,
  NEVER_MS,
  quotaStatus,
  type StatusAnswer,
} from '@costspan/quota';
import { type Finding, InvalidInputError } from '@costspan/usage';
import type { z } from 'zod';
import { check } from '../query/request-schemas.ts';
import type { statusAnswer } from './answer-schemas.ts';
import type { BudgetBurn } from './burn-table.ts';
import type { QuotaService } from './open-quota.ts';
import { statusParameters } from './request-schemas.ts';

type StatusParameters = z.infer<typeof statusParameters>;

interface StatusQuery extends StatusParameters {
  readonly bucket: Readonly<Record<string, readonly string[]>>;
}

/** Pages that are asked for within this time are of one listing; a first page is always a new one. */
const LISTED_MS = 10_000;
/** Values of one dimension. */
const VALUES_MAX = 100;

/** Answers `GET /quota/status`. @throws whatever the store throws when it cannot be reached. */
export function statusAnswerer(
  service: QuotaService,
): (parameters: URLSearchParams) => Promise<z.infer<typeof statusAnswer>> {
  let listed: { readonly atMs: number; readonly key: string; readonly answer: Promise<StatusAnswer> } | undefined;
  const list = (query: StatusQuery, nowMs: number): Promise<StatusAnswer> => {
    const asked = {
      ...(query.rule === undefined ? {} : { ruleId: query.rule }),
      ...(Object.keys(query.bucket).length === 0 ? {} : { bucket: query.bucket }),
      max: service.config.burnBucketsMax,
    };
    const key = JSON.stringify([asked, service.files.current.version]);
    if (query.cursor === undefined || listed?.key !== key || nowMs - listed.atMs > LISTED_MS) {
      listed = { atMs: nowMs, key, answer: quotaStatus(service.desk.quota, asked, nowMs) };
    }
    return listed.answer;
  };
  return async (parameters) => {
    const query = parseStatus(parameters, service);
    const nowMs = Date.now();
    const { budgets, more } = await list(query, nowMs);
    const { quota } = service.desk;
    const found = budgets
      .filter(({ unit, per }) => (query.unit ?? unit) === unit && (query.per ?? per) === per)
      .map((status): BudgetBurn => ({ status, burn: service.table.burnOf(quota, status, nowMs) }))
      .filter(({ burn }) => (query.state ?? burn.state) === burn.state)
      .sort(ORDERS[query.sort]);
    const from = Number(query.cursor ?? 0);
    const to = from + query.limit;
    return {
      at: formatInstant(nowMs),
      configured: true,
      burn_at: service.table.atMs === 0 ? null : formatInstant(service.table.atMs),
      budgets: found.slice(from, to).map(({ status, burn }) => budgetJson(status, burn)),
      total: found.length,
      not_shown: more,
      next_cursor: to < found.length ? String(to) : null,
    };
  };
}

/** Any other parameter is a dimension: `customer_id=acme`; several times, any of its values. */
function parseStatus(parameters: URLSearchParams, service: QuotaService): StatusQuery {
  const known: Record<string, string> = {};
  const bucket: Record<string, string[]> = {};
  const findings: Finding[] = [];
  const { rules } = service.desk.quota.rules;
  const dimensions = new Set(rules.flatMap(({ appliesPer }) => appliesPer));
  for (const [name, value] of parameters) {
    if (name in statusParameters.shape) known[name] = value;
    else if (dimensions.has(name)) bucket[name] = [...(bucket[name] ?? []), value];
    else {
      const message = `"${name}" is neither a parameter nor a dimension of the rules; dimensions: ${[...dimensions].join(', ')}`;
      findings.push({ at: name, code: 'FIELD_UNKNOWN', message });
    }
  }
  if (known['rule'] !== undefined && !rules.some(({ id }) => id === known['rule'])) {
    const message = `"${known['rule']}" is not a rule; see /api/v1/quota/rules`;
    findings.push({ at: 'rule', code: 'RULE_UNKNOWN', message });
  }
  for (const [name, { length }] of Object.entries(bucket)) {
    if (length <= VALUES_MAX) continue;
    findings.push({ at: name, code: 'TOO_MANY', message: `at most ${VALUES_MAX} values, not ${length}` });
  }
  const { has } = known;
  if (has !== undefined && dimensions.has(has)) bucket[has] ??= [];
  else if (has !== undefined) {
    const message = `"${has}" is no dimension of the rules; dimensions: ${[...dimensions].join(', ')}`;
    findings.push({ at: 'has', code: 'FIELD_UNKNOWN', message });
  }
  const checked = check(statusParameters, known);
  if (!checked.ok) findings.push(...checked.findings);
  if (!checked.ok || findings.length > 0) throw new InvalidInputError('STATUS_QUERY_INVALID', 'status', findings);
  return { ...checked.value, bucket };
}

type Order = (a: BudgetBurn, b: BudgetBurn) => number;

const named: Order = (a, b) => {
  const [x, y] = [nameOf(a), nameOf(b)];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** By name where equal, so that pages hold together. */
function highest(value: (row: BudgetBurn) => number): Order {
  return (a, b) => {
    const difference = value(b) - value(a);
    return Number.isNaN(difference) || difference === 0 ? named(a, b) : difference;
  };
}

const ORDERS: Readonly<Record<StatusParameters['sort'], Order>> = {
  used_ratio: highest(({ status }) => status.usedRatio),
  used: highest(({ status }) => Number(status.used)),
  remaining: highest(({ status }) => -Number(status.remaining)),
  burn: highest(({ burn }) => Math.max(-1, ...burn.rates.map(({ rate }) => rate ?? -1))),
  projected: highest(({ status, burn }) =>
    burn.projected === undefined ? -1 : Number(burn.projected.mid) / Number(status.limit),
  ),
  exhausts_at: highest(({ burn }) => -(burn.exhaustsAtMs ?? NEVER_MS)),
  bucket: named,
};

function nameOf({ status }: BudgetBurn): string {
  return JSON.stringify([Object.values(status.bucket), status.ruleId, status.limitId]);
}

function budgetJson(status: BudgetStatus, burn: Burn): z.infer<typeof statusAnswer>['budgets'][number] {
  const { unit, window, timezone } = status;
  const amount = (value: bigint) => amountJson(unit, value);
  const instant = (ms: number | undefined) =>
    ms === undefined || Math.abs(ms) >= NEVER_MS ? null : formatInstant(ms, timezone);
  const { projected } = burn;
  return {
    rule_id: status.ruleId,
    limit_id: status.limitId,
    unit,
    per: status.per,
    mode: status.mode,
    bucket: status.bucket,
    window: { id: window.id, starts_at: instant(window.startMs), resets_at: instant(window.endMs), timezone },
    limit: amount(status.limit),
    used: amount(status.used),
    reserved: amount(status.reserved),
    remaining: amount(status.remaining),
    used_ratio: finite(status.usedRatio),
    pace_ratio: burn.paceRatio,
    state: burn.state,
    burn_rates: burn.rates.map(({ name, rate, remainingRate }) => ({
      window: name,
      rate: finite(rate),
      remaining_rate: finite(remainingRate),
    })),
    projected:
      projected === undefined
        ? null
        : {
            mid: amount(projected.mid),
            low: projected.low === undefined ? null : amount(projected.low),
            high: projected.high === undefined ? null : amount(projected.high),
          },
    overrun_probability: finite(burn.overrunProbability),
    exhausts_at: instant(burn.exhaustsAtMs),
    alarms: burn.alarms.map(({ name, factor, severity }) => ({ window: name, factor, severity })),
  };
}

/** JSON knows no infinity. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
