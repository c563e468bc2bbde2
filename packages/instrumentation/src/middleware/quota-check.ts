import { randomUUID } from 'node:crypto';
import type { LimitJson, Locale, RefusalBody } from '@costspan/quota';
import { currentObserver } from '../observers.ts';
import type { QuotaPolicy } from '../quota/call-quota.ts';
import { openGate } from '../quota/open-gate.ts';
import { type QuotaConfig, quotaSettings } from '../quota/quota-config.ts';
import type { Admission } from '../quota/quota-gate.ts';
import { sayOnce, stepFailed } from '../say-once.ts';
import { readTagChanges, settleTags, type TagInput } from '../tags/tag-changes.ts';

/** What every framework's middleware takes. `Request` is the framework's own. */
export interface QuotaMiddlewareOptions<Request> {
  /** Who the request is for. Its calls get these tags, as with `withTags`. What it throws is said once, and there are no tags. */
  readonly tags: (request: Request) => TagInput | Promise<TagInput>;
  /** The model that its calls will ask, where that is known before: rules for models are then checked too. */
  readonly model?: (request: Request) => { readonly provider: string; readonly model: string } | undefined;
  /** Where the limits are. Default: as the `CostspanInstrumentation` of this process has them. */
  readonly quota?: QuotaConfig;
}

/** A request that has been looked at. */
export interface CheckedRequest {
  readonly tags: TagInput;
  /** To be set on the answer, whatever it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** The answer instead of the handler's: no limit has room for such a request. */
  readonly refusal?: { readonly status: number; readonly body: RefusalBody };
}

/** How much of each budget is left, for clients that show it: `"customer-month;cost/month";r=12.5`, in USD. */
const SOFT_HEADER = 'X-Usage-Budget-Remaining';

/**
 * Whether requests with these tags have any room left. It looks and holds nothing: each model call of the request asks for what
 * it needs. Never throws: a request that cannot be looked at passes.
 */
export class QuotaCheck<Request> {
  readonly #options: QuotaMiddlewareOptions<Request>;
  readonly #own: QuotaPolicy | undefined;

  constructor(options: QuotaMiddlewareOptions<Request>) {
    this.#options = options;
    const settings = options.quota === undefined ? undefined : quotaSettings(options.quota, process.env);
    this.#own = settings === undefined ? undefined : { settings, gate: openGate(settings) };
  }

  async of(request: Request, acceptLanguage: string | undefined): Promise<CheckedRequest> {
    let tags: TagInput = {};
    try {
      tags = await this.#options.tags(request);
      return { tags, ...answerOf(await this.#ask(request, tags, localeOf(acceptLanguage))) };
    } catch (cause) {
      stepFailed('checking the quota of a request', cause);
      return { tags, headers: {} };
    }
  }

  async #ask(request: Request, tags: TagInput, locale: Locale): Promise<Admission | undefined> {
    const policy = this.#own ?? currentObserver()?.quota;
    if (policy === undefined) {
      sayOnce(
        'quota:middleware',
        'quota middleware: neither it nor an instrumentation has limits; every request passes',
      );
      return undefined;
    }
    const model = this.#options.model?.(request) ?? { provider: '', model: '' };
    const call = { ...model, tags: settleTags([readTagChanges(tags, 'quota middleware')]) };
    return policy.gate.check({ id: `check-${randomUUID()}`, call }, locale);
  }
}

function answerOf(admission: Admission | undefined): Omit<CheckedRequest, 'tags'> {
  if (admission === undefined) return { headers: {} };
  if (admission.kind === 'deny') {
    const { status, headers, body } = admission.refusal;
    return { headers, refusal: { status, body } };
  }
  return { headers: { ...admission.headers, ...softHeader(admission.limits) } };
}

function softHeader(limits: readonly LimitJson[]): Readonly<Record<string, string>> {
  const budgets = limits.filter(({ window }) => window === 'calendar');
  if (budgets.length === 0) return {};
  const parts = budgets.map(({ rule_id, unit, per, remaining }) => {
    const left = String(remaining).startsWith('-') ? 0 : remaining;
    return `"${asciiOf(rule_id)};${unit}/${per}";r=${left}`;
  });
  return { [SOFT_HEADER]: parts.join(', ') };
}

/** Headers hold printable ASCII; the rest is written as in a URL. */
function asciiOf(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, (letters) => encodeURIComponent(letters.toWellFormed()));
}

/** The first language of `Accept-Language` that refusals are written in; they are listed by preference nearly always. */
function localeOf(acceptLanguage: string | undefined): Locale {
  for (const range of (acceptLanguage ?? '').split(',')) {
    const language = range.trim().slice(0, 2).toLowerCase();
    if (language === 'en' || language === 'ar') return language;
  }
  return 'en';
}
