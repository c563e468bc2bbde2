import { isJsonObject, type Json } from '../lint/finding.ts';

/**
 * Where what we would write differs from what is there, as paths. Keys that only Datadog has (ids, authors, defaults that it
 * adds) are no difference; a list of another length is.
 */
export function differences(ours: Json, theirs: Json | undefined, at = ''): string[] {
  if (Array.isArray(ours)) {
    const own = ours as readonly Json[];
    if (!Array.isArray(theirs) || theirs.length !== own.length) return [at];
    return own.flatMap((item, index) => differences(item, (theirs as readonly Json[])[index], `${at}[${index}]`));
  }
  if (isJsonObject(ours)) {
    if (!isJsonObject(theirs)) return [at];
    return Object.entries(ours).flatMap(([key, value]) =>
      differences(value, theirs[key], at === '' ? key : `${at}.${key}`),
    );
  }
  return ours === theirs ? [] : [at];
}
