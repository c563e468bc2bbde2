import type { PriceBook } from '@costspan/pricing';
import type { LimitJson, Locale, QuotaCall, QuotaStore, RuleSet } from '@costspan/quota';
import { sayOnce } from '../say-once.ts';

/** Enforcement of quotas before a call is made. Off unless `rules` or `url` says where the limits are. */
export interface QuotaConfig {
  /** Decide in this process: the path of a rule file, or rules that `parseRules` of `@costspan/quota` gave. */
  readonly rules?: string | RuleSet;
  /** Where local counters live: `new RedisStore(client)` shares them between processes. Default: in this process alone. */
  readonly store?: QuotaStore;
  /** How many processes share the limits; each takes so small a share while the store is away (`degraded`). Default 1. */
  readonly replicas?: number;
  /** Ask the decision API of this collector, such as `http://127.0.0.1:4318`. */
  readonly url?: string;
  /** Sent to `url` as a bearer token. */
  readonly apiKey?: string;
  /** `false` asks `url` about every call; else grants for many calls are cached while limits are far. Default `true`. */
  readonly grants?: boolean;
  /** Longest that a call waits for its decision. Default 1,000 ms. */
  readonly timeoutMs?: number;
  /**
   * What happens while `url` does not answer, or while the rules cannot be read: calls pass (`open`), or are refused with that
   * reason (`closed`). For a store that is away, each rule's own `on_store_failure` decides. Default `open`.
   */
  readonly onFailure?: 'open' | 'closed';
  /** `true` lets a rule send a call to another model, the one change of a request; its span says so. Default `false`. */
  readonly allowDowngrade?: boolean;
  /** Told of every call that passes above a limit, or while counters cannot be reached. What it throws is said once. */
  readonly onWarn?: (warning: QuotaWarning) => void;
  /** Prices of calls. Default: the bundled catalogue. */
  readonly prices?: PriceBook;
  /** Language of refusals. Default `en`. */
  readonly locale?: Locale;
}

/** Why a call that passed is worth a word. */
export interface QuotaWarning {
  readonly call: QuotaCall;
  readonly exceeded: readonly LimitJson[];
  /** The model that a rule wants asked instead, and whether it was. */
  readonly downgrade?: { readonly model: string; readonly isDone: boolean };
  readonly uncertain?: { readonly mode: 'open' | 'degraded'; readonly cause: string };
}

/** The configuration, checked and filled. */
export interface QuotaSettings extends QuotaConfig {
  readonly source:
    | { readonly kind: 'rules'; readonly rules: string | RuleSet }
    | { readonly kind: 'url'; readonly url: string };
  readonly timeoutMs: number;
  readonly onFailure: 'open' | 'closed';
  readonly locale: Locale;
}

const TIMEOUT_MS = 1_000;

/**
 * `COSTSPAN_QUOTA_RULES` or `COSTSPAN_QUOTA_URL` switch enforcement on without code; `COSTSPAN_QUOTA_ON_FAILURE`,
 * `COSTSPAN_QUOTA_TIMEOUT_MS`, `COSTSPAN_QUOTA_REPLICAS`, `COSTSPAN_QUOTA_ALLOW_DOWNGRADE` and `COSTSPAN_API_KEY` go with
 * them. Code wins over the environment. Never throws: a value that cannot be used is said once, and its default is used.
 * @returns `undefined` when nothing switches it on.
 */
export function quotaSettings(config: QuotaConfig | undefined, env: NodeJS.ProcessEnv): QuotaSettings | undefined {
  const given: QuotaConfig = { ...fromEnvironment(config, env), ...config };
  const source = sourceOf(given);
  if (source === undefined) return undefined;
  return {
    ...given,
    source,
    timeoutMs: positive('timeoutMs', given.timeoutMs, TIMEOUT_MS),
    replicas: positive('replicas', given.replicas, 1),
    onFailure: oneOf('onFailure', given.onFailure, ['open', 'closed']),
    locale: oneOf('locale', given.locale, ['en', 'ar']),
  };
}

function fromEnvironment(config: QuotaConfig | undefined, env: NodeJS.ProcessEnv): QuotaConfig {
  const hasPlace = config?.rules !== undefined || config?.url !== undefined;
  const rules = hasPlace ? undefined : textOf(env['COSTSPAN_QUOTA_RULES']);
  const url = hasPlace ? undefined : textOf(env['COSTSPAN_QUOTA_URL']);
  const timeout = textOf(env['COSTSPAN_QUOTA_TIMEOUT_MS']);
  const replicas = textOf(env['COSTSPAN_QUOTA_REPLICAS']);
  const onFailure = textOf(env['COSTSPAN_QUOTA_ON_FAILURE']) as 'open' | 'closed' | undefined;
  const apiKey = textOf(env['COSTSPAN_API_KEY']);
  return {
    ...(rules === undefined ? {} : { rules }),
    ...(url === undefined ? {} : { url }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(timeout === undefined ? {} : { timeoutMs: Number(timeout) }),
    ...(replicas === undefined ? {} : { replicas: Number(replicas) }),
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(env['COSTSPAN_QUOTA_ALLOW_DOWNGRADE'] === 'true' ? { allowDowngrade: true } : {}),
  };
}

function sourceOf({ rules, url }: QuotaConfig): QuotaSettings['source'] | undefined {
  if (rules !== undefined && url !== undefined) {
    sayOnce('quota:source', 'quota: both rules and url are given; the url decides and the rules are not read');
  }
  if (url !== undefined) {
    if (URL.canParse(url) && /^https?:/.test(url)) return { kind: 'url', url };
    sayOnce(
      'quota:url',
      `quota: url "${url}" must be one such as http://127.0.0.1:4318; ${rules === undefined ? 'no quota is enforced' : 'the rules decide'}`,
    );
  }
  return rules === undefined ? undefined : { kind: 'rules', rules };
}

function positive(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined || (Number.isFinite(value) && value > 0)) return value ?? fallback;
  sayOnce(`quota:${name}`, `quota: ${name} must be a number above 0, not ${value}; ${fallback} is used`);
  return fallback;
}

function oneOf<const T extends string>(name: string, value: T | undefined, known: readonly [T, ...T[]]): T {
  if (value === undefined || known.includes(value)) return value ?? known[0];
  sayOnce(`quota:${name}`, `quota: ${name} must be ${known.join(' or ')}, not "${value}"; ${known[0]} is used`);
  return known[0];
}

function textOf(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
