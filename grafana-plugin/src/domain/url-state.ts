/** One parameter of the address: how it is read, and what it is when it is not there. */
export interface Param<T> {
  readonly fallback: T;
  /** `undefined` for what it does not understand. */
  read(text: string): T | undefined;
  write(value: T): string;
}

export type Params = Readonly<Record<string, Param<never> | Param<string> | Param<readonly string[]> | Param<boolean>>>;
export type StateOf<P extends Params> = { readonly [Name in keyof P]: P[Name] extends Param<infer T> ? T : never };

const TEXT_LENGTH_MAX = 512;
const LIST_ITEMS_MAX = 64;

export function text(fallback: string): Param<string> {
  return { fallback, read: (value) => (value.length <= TEXT_LENGTH_MAX ? value : undefined), write: (value) => value };
}

export function choice<const T extends string>(options: readonly T[], fallback: T): Param<T> {
  return { fallback, read: (value) => options.find((option) => option === value), write: (value) => value };
}

export function flag(): Param<boolean> {
  return { fallback: false, read: (value) => value === '1', write: (value) => (value ? '1' : '') };
}

/** Values between commas; a comma inside a value is escaped. */
export function list(fallback: readonly string[] = []): Param<readonly string[]> {
  return {
    fallback,
    read: (value) =>
      value === ''
        ? []
        : value
            .split(',')
            .slice(0, LIST_ITEMS_MAX)
            .map((item) => item.replace(/%2C/g, ',').replace(/%25/g, '%')),
    write: (values) => values.map((item) => item.replace(/%/g, '%25').replace(/,/g, '%2C')).join(','),
  };
}

/** What an address says. What is absent or not understood is its fallback. */
export function readState<P extends Params>(params: P, search: URLSearchParams): StateOf<P> {
  return Object.fromEntries(
    Object.entries(params).map(([name, param]) => {
      const written = search.get(name);
      return [name, (written === null ? undefined : param.read(written)) ?? param.fallback];
    }),
  ) as StateOf<P>;
}

/** The address of a state. Fallbacks are left out; parameters of others stay as they are. */
export function writeState<P extends Params>(
  params: P,
  search: URLSearchParams,
  change: Partial<StateOf<P>>,
): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    const param = params[name] as Param<unknown> | undefined;
    if (param === undefined) continue;
    const written = param.write(value);
    if (written === param.write(param.fallback)) next.delete(name);
    else next.set(name, written);
  }
  return next;
}
