import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `90m`, `24h`, `45d` or `2w`. @throws InvalidArgumentError naming the form. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,6})([mhdw])$/.exec(text);
  if (match === null) throw new InvalidArgumentError(`"${text}" is not a time span such as 90m, 24h, 45d or 2w`);
  return Number(match[1]) * (UNIT_MS[match[2] as string] as number);
}

/** An ISO instant (`2026-11-01`, `2026-11-01T08:00:00Z`) or a span before now (`7d`). Gives an ISO instant in UTC. */
export function parseInstant(text: string, nowMs: number): string {
  if (text === 'now') return new Date(nowMs).toISOString();
  if (/^\d+[mhdw]$/.test(text)) return new Date(nowMs - parseDuration(text)).toISOString();
  const ms = Date.parse(text);
  if (!Number.isFinite(ms))
    throw new InvalidArgumentError(
      `"${text}" is neither an instant such as 2026-11-01T08:00:00Z nor a time span such as 7d`,
    );
  return new Date(ms).toISOString();
}
