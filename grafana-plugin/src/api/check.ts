/** Reads a value at a place of an answer; throws {@link AnswerMismatch} naming the place. */
export type Check<T> = (value: unknown, at: string) => T;

export class AnswerMismatch extends Error {
  override readonly name = 'AnswerMismatch';
}

export const aText: Check<string> = (value, at) => (typeof value === 'string' ? value : refuse(value, at, 'a text'));
export const aNumber: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? value : refuse(value, at, 'a number');
export const aCount: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse(value, at, 'a whole number');
export const aFlag: Check<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(value, at, 'true or false');
export const anything: Check<unknown> = (value) => value;

/** A plain decimal string: money never comes as a number. */
export const anAmount: Check<string> = (value, at) =>
  typeof value === 'string' && /^-?\d+(\.\d{1,18})?$/.test(value)
    ? value
    : refuse(value, at, 'an amount as a decimal text');

export const anInstant: Check<string> = (value, at) =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : refuse(value, at, 'an instant');

export function aList<T>(item: Check<T>): Check<readonly T[]> {
  return (value, at) =>
    Array.isArray(value) ? value.map((one, index) => item(one, `${at}[${index}]`)) : refuse(value, at, 'a list');
}

export function aRecord<T>(item: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value, at) =>
    Object.fromEntries(Object.entries(asObject(value, at)).map(([key, one]) => [key, item(one, `${at}.${key}`)]));
}

export function orNull<T>(inner: Check<T>): Check<T | null> {
  return (value, at) => (value === null ? null : inner(value, at));
}

/** For what older versions of the API do not send. */
export function orAbsent<T, const F>(inner: Check<T>, fallback: F): Check<T | F> {
  return (value, at) => (value === undefined ? fallback : inner(value, at));
}

export function aChoice<const T extends string>(...options: readonly T[]): Check<T> {
  return (value, at) => options.find((option) => option === value) ?? refuse(value, at, `one of ${options.join(', ')}`);
}

type Shape = Readonly<Record<string, Check<unknown>>>;
export type Checked<C> = C extends Check<infer T> ? T : never;

/** The named parts; what the API says beyond them is passed over. */
export function anObject<S extends Shape>(shape: S): Check<{ readonly [Key in keyof S]: Checked<S[Key]> }> {
  return (value, at) => {
    const object = asObject(value, at);
    const read = Object.entries(shape).map(([key, check]) => [key, check(object[key], `${at}.${key}`)]);
    return Object.fromEntries(read) as { readonly [Key in keyof S]: Checked<S[Key]> };
  };
}

function asObject(value: unknown, at: string): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(value, at, 'an object');
}

function refuse(value: unknown, at: string, wanted: string): never {
  const found = value === undefined ? 'nothing' : (JSON.stringify(value)?.slice(0, 60) ?? typeof value);
  throw new AnswerMismatch(`${at} should be ${wanted} and is ${found}`);
}
