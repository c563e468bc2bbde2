import type { LimitState } from '../engine/decision.ts';

/** A structured-field integer has at most 15 digits. */
const INTEGER_MAX = 999_999_999_999_999n;
const MICRO = 10n ** 12n;
/** Units other than requests, which the draft takes when none is stated. Cost is in millionths of a USD, rounded down. */
const QUOTA_UNITS = { requests: '', tokens: ';qu="costspan-tokens"', cost: ';qu="costspan-micro-usd"' };

/**
 * `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10, one member for each limit: quota `q` per window
 * `w` (seconds) in unit `qu`; remaining `r`, which is never below 0, until `t` seconds from now. Limits without an end have no `w` and `t`.
 */
export function rateLimitHeaders(limits: readonly LimitState[], nowMs: number): Readonly<Record<string, string>> {
  if (limits.length === 0) return {};
  const names = limits.map((state) => quote(policyName(state)));
  return {
    'RateLimit-Policy': limits
      .map(
        (state, index) => `${names[index]};q=${whole(state, state.limit)}${lengthOf(state)}${QUOTA_UNITS[state.unit]}`,
      )
      .join(', '),
    RateLimit: limits
      .map((state, index) => `${names[index]};r=${whole(state, state.remaining)}${resetOf(state, nowMs)}`)
      .join(', '),
  };
}

/** A rule's limit by name: `customer-month;cost/month`. */
export function policyName({ ruleId, limitId }: LimitState): string {
  return `${ruleId};${limitId.replace('~', '')}`;
}

function whole({ unit }: LimitState, amount: bigint): bigint {
  if (amount <= 0n) return 0n;
  const count = unit === 'cost' ? amount / MICRO : amount;
  return count > INTEGER_MAX ? INTEGER_MAX : count;
}

function lengthOf({ windowMs }: LimitState): string {
  return windowMs === Number.POSITIVE_INFINITY ? '' : `;w=${Math.round(windowMs / 1000)}`;
}

function resetOf(state: LimitState, nowMs: number): string {
  return state.per === 'lifetime' ? '' : `;t=${Math.max(Math.ceil((state.resetsAtMs - nowMs) / 1000), 0)}`;
}

/** A structured-field string holds printable ASCII; the rest is written as in a URL. */
function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const plain = text.replaceAll(/[^\x20-\x7e]+/g, (letters) => encodeURIComponent(letters.toWellFormed()));
  return `"${plain.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Nearly all names need no care, and looking is a third of the work. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
