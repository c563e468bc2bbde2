import { OTEL, parseTags, TAG_PREFIX, type Tags } from '@costspan/usage';
import type { DialectTags } from './dialects/dialect.ts';
import type { Attributes, AttributeValue, Span } from './span.ts';

/** Attributes that mean a tag when nobody set the tag itself, in order of precedence. Old names stand last. */
const FALLBACKS: readonly (readonly [tag: string, attribute: string])[] = [
  ['user', 'user.id'],
  ['user', 'enduser.id'],
  ['environment', OTEL.deploymentEnvironment],
  ['environment', 'deployment.environment'],
];

export const TAG_ATTRIBUTES: readonly string[] = FALLBACKS.map(([, attribute]) => attribute);

export interface CallTags {
  readonly tags: Tags;
  /** Tags that were there and are not kept: no key, no text, too long, or more than a call carries. */
  readonly refused: number;
}

/**
 * The tags of a call: `costspan.tag.*` on the span, then on the resource, then what the dialect's own fields say, then the
 * fallbacks on the span, then on the resource. The first that has a key wins; later ones are counted out first when there
 * are more than a call carries.
 */
export function tagsOf(span: Span, dialectTags: DialectTags = NO_TAGS): CallTags {
  const found: Record<string, AttributeValue> = {};
  const refused = collect(span.attributes, found) + collect(span.resource.attributes, found);
  for (const tag in dialectTags) {
    if (!Object.hasOwn(found, tag)) found[tag] = dialectTags[tag] as AttributeValue;
  }
  for (const [tag, attribute] of FALLBACKS) {
    if (Object.hasOwn(found, tag)) continue;
    const value = span.attributes.get(attribute) ?? span.resource.attributes.get(attribute);
    if (value !== undefined) found[tag] = value;
  }
  const { tags, findings } = parseTags(found, 'tags');
  return { tags, refused: refused + findings.length };
}

const NO_TAGS: DialectTags = {};

/** Adds the tags that are not there yet. Returns how many have a name that no object may be given. */
function collect(attributes: Attributes, found: Record<string, AttributeValue>): number {
  let refused = 0;
  attributes.forEach((value, name) => {
    if (!name.startsWith(TAG_PREFIX)) return;
    const key = name.slice(TAG_PREFIX.length);
    if (key === '__proto__') refused += 1;
    else if (!Object.hasOwn(found, key)) found[key] = typeof value === 'bigint' ? String(value) : value;
  });
  return refused;
}
