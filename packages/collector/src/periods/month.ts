/** A calendar month in UTC. Microseconds since 1970. */
export interface Month {
  /** `2026-10`. */
  readonly label: string;
  readonly fromUs: number;
  readonly toUs: number;
}

/** `undefined` for what is no month from 1970 to 2199. */
export function parseMonth(label: string): Month | undefined {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(label);
  if (match === null) return undefined;
  const [year, month] = [Number(match[1]), Number(match[2])];
  if (year < 1970 || year > 2199) return undefined;
  return { label, fromUs: Date.UTC(year, month - 1, 1) * 1000, toUs: Date.UTC(year, month, 1) * 1000 };
}

export function monthAfter({ toUs }: Month): string {
  return instantOf(toUs).slice(0, 7);
}

/** `2026-10-01T00:00:00Z`, as FOCUS writes instants. */
export function instantOf(us: number): string {
  return `${new Date(us / 1000).toISOString().slice(0, 19)}Z`;
}
