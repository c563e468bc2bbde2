import { compareAmounts } from './money.ts';

/** Shown where a value is not known. Unknown is never 0. */
export const UNKNOWN = '—';

const HOUR_MS = 3_600_000;

export interface Formats {
  /** Rounded to read: cents from one dollar on, else as many places as it takes to see something. */
  money(amount: string | null): string;
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
  const rates = number({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return {
    money: (amount) => {
      if (amount === null) return UNKNOWN;
      const size = amount.replace(/^-/, '');
      const tooSmallForCents = compareAmounts(size, '1') < 0 && compareAmounts(size, '0') > 0;
      return (tooSmallForCents ? small : cents).format(amount as Intl.StringNumericLiteral);
    },
    exactMoney: (amount, currency = 'USD') => {
      if (amount === null) return UNKNOWN;
      const format =
        currency === 'USD' ? exact : money({ currency, minimumFractionDigits: 2, maximumFractionDigits: 18 });
      return format.format(amount as Intl.StringNumericLiteral);
    },
    shortMoney: (amount) => (Math.abs(amount) < 1 && amount !== 0 ? shortUsdSmall : shortUsd).format(amount),
    count: (value) => (value === null ? UNKNOWN : counts.format(value as number)),
    shortCount: (value) => (value === null ? UNKNOWN : shortCounts.format(value as number)),
    percent: (share) => {
      if (share === null) return UNKNOWN;
      return (Math.abs(share) >= 0.1 ? wholePercents : percents).format(share);
    },
    change: (share) => {
      if (share === null) return UNKNOWN;
      return (Math.abs(share) >= 0.1 ? wholeChanges : changes).format(share);
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
