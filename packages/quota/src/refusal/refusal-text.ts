import type { Denied, LimitState } from '../engine/decision.ts';
import type { Unit } from '../split-amount.ts';
import type { Period } from '../time/calendar.ts';
import { formatInstant } from '../time/format-instant.ts';
import { amountJson } from './amount-text.ts';

export const LOCALES = ['en', 'ar'] as const;
export type Locale = (typeof LOCALES)[number];

export interface RefusalText {
  readonly title: string;
  readonly detail: string;
}

/** What a person reads about a refusal: the limit, who it belongs to, what is left and when it starts anew. */
export function refusalText(denied: Denied, locale: Locale): RefusalText {
  const words = WORDS[locale];
  const [first] = denied.exceeded;
  if (denied.reason !== 'limit' || first === undefined) {
    const reason = denied.reason === 'limit' ? 'store_unreachable' : denied.reason;
    return { title: words.titles[reason], detail: words.details[reason](denied.ruleId) };
  }
  const others = denied.exceeded.filter(({ effect }) => effect === 'blocks').length - 1;
  const sentences = [
    words.limit(limitWords(first, locale)),
    ...(others > 0 ? [words.others(others)] : []),
    ...(first.per === 'lifetime' ? [] : [words.reset(formatInstant(first.resetsAtMs, first.timezone), first.timezone)]),
  ];
  return { title: words.titles.limit, detail: sentences.join(' ') };
}

interface LimitWords {
  readonly limit: string;
  readonly per: string;
  readonly rule: string;
  readonly bucket: string;
  readonly used: string;
  readonly reserved: string;
  readonly requested: string;
}

interface Words {
  readonly units: Readonly<Record<Unit, string>>;
  readonly periods: Readonly<Record<Period, string>>;
  readonly titles: Readonly<Record<Denied['reason'], string>>;
  readonly details: Readonly<Record<Exclude<Denied['reason'], 'limit'>, (rule: string) => string>>;
  readonly limit: (words: LimitWords) => string;
  readonly others: (count: number) => string;
  readonly reset: (at: string, zone: string) => string;
}

const EN: Words = {
  units: { requests: 'requests', tokens: 'tokens', cost: 'USD' },
  periods: {
    minute: 'a minute',
    hour: 'an hour',
    day: 'a day',
    week: 'a week',
    month: 'a month',
    quarter: 'a quarter',
    year: 'a year',
    lifetime: 'in all',
  },
  titles: {
    limit: 'Quota exceeded',
    trial_ended: 'The trial has ended',
    unpriced: 'No price for this model',
    store_unreachable: 'Quota cannot be checked',
  },
  details: {
    trial_ended: (rule) => `The trial of rule "${rule}" has ended. Choose a plan to go on.`,
    unpriced: (rule) =>
      `Rule "${rule}" refuses calls whose price is not known. Add a price for the model, or ask another one.`,
    store_unreachable: (rule) =>
      `The quota counters cannot be reached, and rule "${rule}" refuses calls then. No limit was exceeded. Try again soon.`,
  },
  limit: ({ limit, per, rule, bucket, used, reserved, requested }) =>
    `The limit of ${limit} ${per} (rule "${rule}"${bucket}) has no room for this call: ${used} used, ${reserved} reserved, ${requested} asked for.`,
  others: (count) => (count === 1 ? 'One more limit is exceeded.' : `${count} more limits are exceeded.`),
  reset: (at, zone) => `There is room again at ${at} (${zone}).`,
};

const AR: Words = {
  units: { requests: 'طلبات', tokens: 'رموز', cost: 'دولار أمريكي' },
  periods: {
    minute: 'في الدقيقة',
    hour: 'في الساعة',
    day: 'في اليوم',
    week: 'في الأسبوع',
    month: 'في الشهر',
    quarter: 'في ربع السنة',
    year: 'في السنة',
    lifetime: 'إجمالاً',
  },
  titles: {
    limit: 'تم تجاوز الحصة',
    trial_ended: 'انتهت الفترة التجريبية',
    unpriced: 'لا يوجد سعر لهذا النموذج',
    store_unreachable: 'يتعذّر التحقق من الحصة',
  },
  details: {
    trial_ended: (rule) => `انتهت الفترة التجريبية للقاعدة "${rule}". يُرجى اختيار خطة للمتابعة.`,
    unpriced: (rule) => `ترفض القاعدة "${rule}" الطلبات غير معروفة السعر. أضف سعراً للنموذج أو استخدم نموذجاً آخر.`,
    store_unreachable: (rule) =>
      `يتعذّر الوصول إلى عدّادات الحصص، والقاعدة "${rule}" ترفض الطلبات في هذه الحالة. لم يتم تجاوز أي حد. حاول مجدداً بعد قليل.`,
  },
  limit: ({ limit, per, rule, bucket, used, reserved, requested }) =>
    `الحد ${limit} ${per} (القاعدة "${rule}"${bucket}) لا يتسع لهذا الطلب: المستخدَم ${used}، المحجوز ${reserved}، المطلوب ${requested}.`,
  others: (count) => `عدد الحدود الأخرى المتجاوَزة: ${count}.`,
  reset: (at, zone) => `تتوفر الحصة من جديد في ${at} (${zone}).`,
};

const WORDS: Readonly<Record<Locale, Words>> = { en: EN, ar: AR };

function limitWords(state: LimitState, locale: Locale): LimitWords {
  const { units, periods } = WORDS[locale];
  const amount = (value: bigint): string => `${amountJson(state.unit, value)} ${units[state.unit]}`;
  const bucket = Object.entries(state.bucket).map(([key, value]) => `${key} "${value}"`);
  return {
    limit: amount(state.limit),
    per: periods[state.per],
    rule: state.ruleId,
    bucket: bucket.length === 0 ? '' : `${locale === 'ar' ? '، ' : ', '}${bucket.join(', ')}`,
    used: amount(state.used),
    reserved: amount(state.reserved),
    requested: amount(state.requested),
  };
}
