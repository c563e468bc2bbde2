import type { CardSource } from './card.ts';
import { type Findings, show } from './findings.ts';
import { isDay } from './instant.ts';

/** Where a price was read, and when. */
export function readSource(value: unknown, at: string, findings: Findings): CardSource | undefined {
  const raw = findings.object(value, at, ['url', 'read', 'note']);
  if (raw === undefined) return undefined;
  const url = findings.text(raw['url'], `${at}.url`, 2000);
  const read = raw['read'];
  const note = raw['note'] === undefined ? undefined : findings.text(raw['note'], `${at}.note`, 2000);
  if (read !== undefined && (typeof read !== 'string' || !isDay(read))) {
    return findings.add(`${at}.read`, 'DAY_FORMAT', `${show(read)} is not the day the price was read, "YYYY-MM-DD"`);
  }
  if (url === undefined) return undefined;
  return { url, ...(read === undefined ? {} : { read }), ...(note === undefined ? {} : { note }) };
}
