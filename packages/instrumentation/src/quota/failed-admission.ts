import type { Locale, Refusal } from '@costspan/quota';
import type { QuotaSettings } from './quota-config.ts';
import type { Admission } from './quota-gate.ts';

/** Seconds after which asking again may help. */
const RETRY_S = 5;

const TEXTS: Readonly<Record<Locale, { readonly title: string; readonly detail: string }>> = {
  en: {
    title: 'Quota cannot be checked',
    detail: 'The quota service cannot be reached, and calls are refused then. No limit was exceeded. Try again soon.',
  },
  ar: {
    title: 'يتعذّر التحقق من الحصة',
    detail: 'يتعذّر الوصول إلى خدمة الحصص، وتُرفض الطلبات في هذه الحالة. لم يتم تجاوز أي حد. حاول مجدداً بعد قليل.',
  },
};

/** What happens to a call that nobody could decide, by `onFailure`. The reason is the real one and never a limit. */
export function failedAdmission(
  { onFailure }: Pick<QuotaSettings, 'onFailure'>,
  cause: unknown,
  locale: Locale,
): Admission {
  const why = cause instanceof Error ? cause.message : String(cause);
  if (onFailure === 'open') {
    return { kind: 'allow', exceeded: [], limits: [], headers: {}, uncertain: { mode: 'open', cause: why } };
  }
  const refusal: Refusal = {
    status: 503,
    headers: {
      'Content-Type': 'application/problem+json',
      'Content-Language': locale,
      'Retry-After': String(RETRY_S),
    },
    body: {
      type: 'about:blank',
      ...TEXTS[locale],
      status: 503,
      reason: 'store_unreachable',
      rule_id: '',
      exceeded: [],
      retry_after: RETRY_S,
      uncertain: why,
    },
  };
  return { kind: 'deny', reason: 'store_unreachable', ruleIds: [], refusal };
}
