import type { Denied, DenyReason } from '../engine/decision.ts';
import { formatInstant } from '../time/format-instant.ts';
import { causeText, type LimitJson, limitToJson } from './decision-to-json.ts';
import { policyName, rateLimitHeaders } from './rate-limit-headers.ts';
import { type Locale, refusalText } from './refusal-text.ts';

/** A refusal as an HTTP answer of the type `application/problem+json` (RFC 9457). */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RefusalBody;
}

export interface RefusalBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly reason: DenyReason;
  readonly rule_id: string;
  /** Names of the limits that refused, as the header `RateLimit-Policy` has them. */
  readonly 'violated-policies'?: readonly string[];
  /** Every exceeded limit, in the order of the decision. */
  readonly exceeded: readonly LimitJson[];
  readonly resets_at?: string;
  /** Seconds. */
  readonly retry_after?: number;
  readonly uncertain?: string;
}

export interface RefusalOptions {
  readonly locale?: Locale;
  /** Status of a refusal by a budget. A rate is always 429, an ended trial 402, a missing price 403, an unreachable store 503. */
  readonly budgetStatus?: 402 | 429;
}

/** The problem type of draft-ietf-httpapi-ratelimit-headers-10, with its member `violated-policies`. */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';
const STORE_RETRY_S = 5;

export function refusalOf(denied: Denied, nowMs: number, options: RefusalOptions = {}): Refusal {
  const { locale = 'en', budgetStatus = 429 } = options;
  const { title, detail } = refusalText(denied, locale);
  const status = statusOf(denied, budgetStatus);
  const retryAfter =
    denied.reason === 'store_unreachable'
      ? STORE_RETRY_S
      : denied.retryAtMs === undefined
        ? undefined
        : Math.max(Math.ceil((denied.retryAtMs - nowMs) / 1000), 1);
  const [first] = denied.exceeded;
  const body: RefusalBody = {
    type: denied.reason === 'limit' ? QUOTA_EXCEEDED : 'about:blank',
    title,
    status,
    detail,
    reason: denied.reason,
    rule_id: denied.ruleId,
    ...(denied.reason === 'limit'
      ? { 'violated-policies': denied.exceeded.filter(({ effect }) => effect === 'blocks').map(policyName) }
      : {}),
    exceeded: denied.exceeded.map(limitToJson),
    ...(first === undefined || first.per === 'lifetime'
      ? {}
      : { resets_at: formatInstant(first.resetsAtMs, first.timezone) }),
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    ...(denied.uncertain === undefined ? {} : { uncertain: causeText(denied.uncertain.cause) }),
  };
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Content-Language': locale,
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
      ...rateLimitHeaders(denied.limits, nowMs),
    },
    body,
  };
}

function statusOf({ reason, exceeded }: Denied, budgetStatus: 402 | 429): number {
  switch (reason) {
    case 'limit':
      return exceeded[0]?.window === 'calendar' ? budgetStatus : 429;
    case 'trial_ended':
      return 402;
    case 'unpriced':
      return 403;
    case 'store_unreachable':
      return 503;
    default:
      return reason satisfies never;
  }
}
