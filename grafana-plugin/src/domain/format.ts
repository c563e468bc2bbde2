import { compareAmounts } from './money.ts';

/** Shown where a value is not known. Unknown is never 0. */
export const UNKNOWN = '—';

const HOUR_MS = 3_600_000;
/** The smallest share that is written as it is. */
const PERCENT_MIN = 0.001;

export interface Formats {
  /** Rounded to read: cents from one dollar on, else as many places as it takes to see something. */
  money(amount: string | null): string;
  /** The same with its sign, to be read as a change. */
  moneyChange(amount: string): string;
  /** With every digit. `currency` is an ISO 4217 code; US dollars unless told. */
  exactMoney(amount: string | null, currency?: string): string;
  /** `$1.2K`. For axes and small places. */
  shortMoney(amount: number): string;
  count(value: number | string | null): string;
  shortCount(value: number | string | null): string;
  percent(share: number | null): string;
  /** With a sign, to be read as a change. */
  change(share: number | null): string;
  millis(value: number | null): string;
  /** A time to come, from now: hours within two days, else days. */
  ahead(ms: number): string;
  /** A rate such as 1.4, with one place. */
  rate(value: number | null): string;
}

/** Everything that turns values into text of a language. `locale` is a BCP 47 name. */
export function formatsFor(locale: string): Formats {
  const money = (options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', ...options });
  const number = (options: Intl.NumberFormatOptions = {}) => new Intl.NumberFormat(locale, options);
  const cents = money({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const small = money({ minimumSignificantDigits: 2, maximumSignificantDigits: 3 });
  const signed = { signDisplay: 'exceptZero' } as const;
  const centsChange = money({ minimumFractionDigits: 2, maximumFractionDigits: 2, ...signed });
  const smallChange = money({ minimumSignificantDigits: 2, maximumSignificantDigits: 3, ...signed });
  const exact = money({ minimumFractionDigits: 2, maximumFractionDigits: 18 });
  const shortUsd = money({ notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 });
  const shortUsdSmall = money({ maximumSignificantDigits: 2 });
  const counts = number({ maximumFractionDigits: 3 });
  const shortCounts = number({ notation: 'compact', maximumSignificantDigits: 3 });
  const percents = number({ style: 'percent', minimumFractionDigits: 0, maximumFractionDigits: 1 });
  const wholePercents = number({ style: 'percent', maximumFractionDigits: 0 });
  const changes = number({ style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const wholeChanges = number({ style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const seconds = number({ style: 'unit', unit: 'second', maximumSignificantDigits: 3 });
  const milliseconds = number({ style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  // Arabic text goes from right to left, and within it an amount with its sign and currency goes from left to right.
  const isolated = /^ar\b/.test(locale)
    ? (text: string) => `\u2066${text.replace(/[\u200e\u200f\u061c]/g, '')}\u2069`
    : (text: string) => text;
  const rates = number({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return {
    money: (amount) =>
      amount === null
        ? UNKNOWN
        : isolated((isBelowOne(amount) ? small : cents).format(amount as Intl.StringNumericLiteral)),
    moneyChange: (amount) =>
      isolated((isBelowOne(amount) ? smallChange : centsChange).format(amount as Intl.StringNumericLiteral)),
    exactMoney: (amount, currency = 'USD') => {
      if (amount === null) return UNKNOWN;
      const format =
        currency === 'USD' ? exact : money({ currency, minimumFractionDigits: 2, maximumFractionDigits: 18 });
      return isolated(format.format(amount as Intl.StringNumericLiteral));
    },
    shortMoney: (amount) => isolated((Math.abs(amount) < 1 && amount !== 0 ? shortUsdSmall : shortUsd).format(amount)),
    count: (value) => (value === null ? UNKNOWN : counts.format(value as number)),
    shortCount: (value) => (value === null ? UNKNOWN : shortCounts.format(value as number)),
    percent: (share) => {
      if (share === null) return UNKNOWN;
      // Little is not nothing.
      if (share > 0 && share < PERCENT_MIN / 2) return isolated(`<${percents.format(PERCENT_MIN)}`);
      return isolated((Math.abs(share) >= 0.1 ? wholePercents : percents).format(share));
    },
    change: (share) => {
      if (share === null) return UNKNOWN;
      return isolated((Math.abs(share) >= 0.1 ? wholeChanges : changes).format(share));
    },
    millis: (value) => {
      if (value === null) return UNKNOWN;
      return value < 1000 ? milliseconds.format(value) : seconds.format(value / 1000);
    },
    ahead: (ms) => {
      const hours = ms / HOUR_MS;
      if (hours < 1) return relative.format(Math.max(0, Math.round(hours * 60)), 'minute');
      return hours < 48 ? relative.format(Math.round(hours), 'hour') : relative.format(Math.round(hours / 24), 'day');
    },
    rate: (value) => (value === null ? UNKNOWN : rates.format(value)),
  };
}

/** Cents are too coarse for it. */
function isBelowOne(amount: string): boolean {
  const size = amount.replace(/^-/, '');
  return compareAmounts(size, '1') < 0 && compareAmounts(size, '0') > 0;
}
