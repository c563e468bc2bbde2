const SECOND_MS = 1000;
/** ICU knows about 600 zones; names differ by case besides. */
const READERS_MAX = 1000;

/** True for a name that the runtime's own ICU data knows, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Local time minus UTC in ms, at an instant in ms since 1970. */
export type ZoneOffset = (atMs: number) => number;

const readers = new Map<string, ZoneOffset>();

/** The offsets of a zone. Readers are kept, since making one takes some 50 µs. */
export function zoneOffset(zone: string): ZoneOffset {
  const known = readers.get(zone);
  if (known !== undefined) return known;
  if (readers.size >= READERS_MAX) readers.clear();
  const made = makeReader(zone);
  readers.set(zone, made);
  return made;
}

/** The first whole second after `lowMs` at which the offset is `offsetMs`, which it is at `highMs` and stays until then. */
export function firstWithOffset(read: ZoneOffset, offsetMs: number, lowMs: number, highMs: number): number {
  let low = Math.floor(lowMs / SECOND_MS);
  let high = Math.ceil(highMs / SECOND_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (read(middle * SECOND_MS) === offsetMs) high = middle;
    else low = middle;
  }
  return high * SECOND_MS;
}

function makeReader(zone: string): ZoneOffset {
  if (zone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return (atMs) => {
    const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(atMs));
    if (match === null) return 0;
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return (match[1] === '-' ? -seconds : seconds) * SECOND_MS;
  };
}
