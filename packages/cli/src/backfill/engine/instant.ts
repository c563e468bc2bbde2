const FORM =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d)?)?$/i;
/** 1971 and 2199: an epoch outside of these is another unit, or no time. */
const SECONDS = [31_536_000, 7_226_582_400] as const;

/**
 * Microseconds since 1970 of a timestamp as exports write it: ISO 8601 or as a database prints it, with a zone or without
 * one (then it is UTC), or seconds or milliseconds since 1970. `undefined` when it is none of these.
 */
export function instantUs(value: unknown): number | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{9,13}(\.\d+)?$/.test(value)
        ? Number(value)
        : undefined;
  if (number !== undefined) return epochUs(number);
  return typeof value === 'string' ? textUs(value.trim()) : undefined;
}

function epochUs(value: number): number | undefined {
  const [least, most] = SECONDS;
  if (value >= least && value <= most) return Math.round(value * 1e6);
  return value >= least * 1e3 && value <= most * 1e3 ? Math.round(value * 1e3) : undefined;
}

function textUs(text: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    ,
    sign,
    offsetHours,
    offsetMinutes,
  ] = match;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(ms);
  // 31 February and 25 o'clock roll over; they are mistakes.
  if (date.getUTCDate() !== Number(day) || date.getUTCHours() !== Number(hour)) return undefined;
  if (Number(minute) > 59 || Number(second) > 59) return undefined;
  const offsetMs =
    sign === undefined
      ? 0
      : (Number(offsetHours) * 60 + Number(offsetMinutes ?? 0)) * (sign === '-' ? -60_000 : 60_000);
  return (ms - offsetMs) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
